from households.admin import members

__all__ = ["members"]
