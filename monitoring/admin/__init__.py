from monitoring.admin import households

__all__ = ["households"]
