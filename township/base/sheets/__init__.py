"""Sheets kit: reads what people upload (`reader`) and writes official ledgers (`writer`).

This module imports nothing: the reading child process starts through it and must start fast.
"""
