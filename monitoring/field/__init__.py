"""The field app of the village monitors: pages for a phone, and the JSON addresses that supply it (contract.md)."""
