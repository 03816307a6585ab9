"""The file of a test case: readable JSON that a person may write, and that a run can write."""

from .model import CASE_SUFFIX, CaseFile, ExchangeTable, RequestTable, ResponseTable
from .reader import ReadCase, parse_case, read_case

__all__ = [
    "CASE_SUFFIX",
    "CaseFile",
    "ExchangeTable",
    "ReadCase",
    "RequestTable",
    "ResponseTable",
    "parse_case",
    "read_case",
]
