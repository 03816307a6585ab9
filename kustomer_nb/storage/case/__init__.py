"""The file of a test case: readable JSON that a person may write, and that a run can write."""

from .model import CASE_SUFFIX, CaseFile, ExchangeTable, RequestTable, ResponseTable
from .reader import Fault, ReadCase, parse_case, read_case, validated
from .serialization import case_path, write_case
from .table import Row, Table, inline_table, read_table

__all__ = [
    "CASE_SUFFIX",
    "CaseFile",
    "ExchangeTable",
    "Fault",
    "ReadCase",
    "RequestTable",
    "ResponseTable",
    "Row",
    "Table",
    "case_path",
    "inline_table",
    "parse_case",
    "read_case",
    "read_table",
    "validated",
    "write_case",
]
