from households.admin.importing import batches, drafts, waiting

__all__ = ["batches", "drafts", "waiting"]
