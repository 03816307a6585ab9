"""Domains below which everybody may have a name of their own, as far as they are known here.

A short list, and no copy of the public suffix list (https://publicsuffix.org): that has ten thousand lines,
which are out of date as soon as they are packed. What is missing here matters only where an author lets an
input choose a name below a domain that strangers share.
"""

from __future__ import annotations

import re

# Below the two letters of a country: shop.co.uk is somebody's, co.uk is everybody's.
_SECOND_LEVEL = """
ac asn biz co com edu firm gen go gob gov govt id idf ind info k12 lg ltd me mi mil muni name ne net nhs
nic nom or org plc police pro sch school tm web
"""
_SHARED = """
appspot.com azureedge.net azurefd.net azurewebsites.net blogspot.com bubbleapps.io cloudfront.net
cloudfunctions.net co.com ddns.net deno.dev duckdns.org eu.org firebaseapp.com fly.dev ghost.io
gitbook.io github.io gitlab.io glitch.me googleusercontent.com hasura.app herokuapp.com hopto.org
lhr.life loca.lt localtest.me lvh.me myshopify.com netlify.app ngrok-free.app ngrok-free.dev ngrok.app
ngrok.dev ngrok.io no-ip.org now.sh ondigitalocean.app onrender.com pages.dev r2.dev readthedocs.io
repl.co replit.app replit.dev serveo.net storage.googleapis.com surge.sh trafficmanager.net
trycloudflare.com uk.com us.com vercel.app web.app webflow.io wixsite.com wordpress.com workers.dev
zapto.org
"""
# With regions and services between the domain and the name, or with an address in the name.
_SHARED_AT_ANY_DEPTH = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "awsapprunner.com",
    "azure-api.net",
    "azurestaticapps.net",
    "cloudapp.azure.com",
    "cloudapp.net",
    "core.windows.net",
    "digitaloceanspaces.com",
    "elasticbeanstalk.com",
    "linodeobjects.com",
    "nip.io",
    "on.aws",
    "pipedream.net",
    "railway.app",
    "run.app",
    "sslip.io",
    "xip.io",
)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]*[^\W\d][\w-]*\.?")
_LABELS, _COUNTRY = 2, 2


def is_registrable(domain: str) -> bool:
    """Return whether a domain belongs to somebody, so that all names below it are theirs.

    Example:
        >>> [is_registrable(name) for name in ("shop.com", "shop.co.uk", "co.uk", "github.io", "0.0.1")]
        [True, True, False, False, False]
    """
    domain = domain.lower()
    if not _DOMAIN.fullmatch(domain):
        return False
    domain = domain.rstrip(".")
    labels = domain.split(".")
    is_of_country = (
        len(labels) == _LABELS and len(labels[-1]) == _COUNTRY and labels[0] in _SECOND_LEVEL.split()
    )
    below = (f".{domain}".endswith(f".{shared}") for shared in _SHARED_AT_ANY_DEPTH)
    return domain not in _SHARED.split() and not is_of_country and not any(below)
