"""What a village earns and gives: solar batches, projects, and the income of a household line by line."""

from monitoring.admin.village_income import batches, income_lines, projects

__all__ = ["batches", "income_lines", "projects"]
