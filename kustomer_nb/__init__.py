"""Write, check, preview and run Kustomer workflow actions."""
