"""The language server: what ``kustomer_nb.language`` knows of a definition, for every editor that speaks LSP.

This package alone imports pygls, which the extra ``lsp`` installs.
"""
