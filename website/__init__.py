"""The site of the documentation: ``python -m website`` builds it from docs/, notebooks/ and the code.

The package kustomer_nb does not import this one.
"""
