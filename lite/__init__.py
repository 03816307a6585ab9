"""The notebooks as a static site: JupyterLab and Python in the browser, with no server.

``python -m lite`` builds it. The package kustomer_nb does not import this one.
"""
