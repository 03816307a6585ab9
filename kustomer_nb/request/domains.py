"""Domains whose subdomains belong to different owners.

A short list, not a copy of the public suffix list (https://publicsuffix.org): that has ten thousand lines,
which are out of date as soon as they are packaged. A missing entry matters only if an author lets an input
choose a name below a domain that strangers share.
"""

from __future__ import annotations

import re

# Second-level domains of countries: anybody can register shop.co.uk, nobody owns co.uk.
_SECOND_LEVEL = """
ac asn asso biz co com edu firm gc gen go gob gouv gouvernement gov govt gub gv id idf idv ind info jus k12
law leg lg ltd mi mil muni name ne net nhs nic nom or org plc police press pro sch school tm web
"""
# Those of one country only: professions, provinces and large cities.
_SECOND_LEVEL_OF = {
    "au": "act nsw nt qld sa tas vic wa",
    "br": "adm adv agr app arq art blog cnt dev ecn eco emp eng esp etc flog fm fnd fot g12 imb inf jor lel "
    "mat med mp mus not ntr odo ong ppg psc psi qsl rec rep slg srv taxi tec tmp trd tur tv vet vlog wiki",
    "ca": "ab bc mb nb nf nl ns nt nu on pe qc sk yk",
    "cn": "ah bj cq fj gd gs gx gz ha hb he hi hl hn jl js jx ln nm nx qh sc sd sh sn sx tj xj xz yn zj",
    "fr": "aeroport avocat avoues cci chambagri greta medecin notaires pharmacien port prd veterinaire",
    "jp": "ad ed gr hokkaido kyoto nagoya osaka tokyo yokohama",
    "kr": "busan daegu es hs kg ms pe re sc seoul",
    "nz": "cri geek health iwi kiwi maori parliament",
    "pl": "gdansk krakow poznan waw warszawa wroclaw",
    "ru": "msk pp spb",
    "tr": "av bbs bel dr kep pol tel tv",
    "ua": "in kharkiv kiev kyiv lviv odesa odessa",
    "uk": "judiciary parliament",
    "za": "agric alt grondar nis",
}
# Hosting, tunnels and request bins where anybody gets a subdomain for free.
_SHARED = """
000webhostapp.com appspot.com appwrite.global azureedge.net azurefd.net azurewebsites.net b-cdn.net b4a.app
b4a.run base44.app beeceptor.com blogspot.com bolt.host bore.pub bubbleapps.io carrd.co ceye.io
cfargotunnel.com cloudfront.net cloudfunctions.net co.com code.run convex.cloud convex.site csb.app
ddns.net dedyn.io deno.dev deno.net deta.app dnslog.cn duckdns.org dynu.net edgecompute.app eu.org
firebaseapp.com fly.dev framer.app framer.website freeddns.org ghost.io gitbook.io github.io gitlab.io
gitpod.io glitch.me glitch.com googleusercontent.com gradio.live hasura.app herokuapp.com hf.space hopto.org
hookb.in hooks.wiki koyeb.app kxcdn.com lhr.life lhr.rocks loca.lt localhost.run localtest.me localto.net
lovable.app lvh.me mocklab.io mockapi.io mooo.com myfritz.net myshopify.com neocities.org netlify.app
ngrok-free.app ngrok-free.dev ngrok.app ngrok.dev ngrok.io ngrok.pro no-ip.biz no-ip.org notion.site now.sh
ondigitalocean.app onrender.com pagekite.me pages.dev postb.in pythonanywhere.com r2.dev readthedocs.io
repl.co replit.app replit.dev requestbin.net requestcatcher.com serveo.net servehttp.com stackblitz.io
storage.googleapis.com streamlit.app supabase.co supabase.in supabase.net surge.sh sytes.net telebit.io
trafficmanager.net translate.goog trycloudflare.com tunnelmole.net uk.com us.com val.run vercel.app
vercel.dev wasmer.app web.app webcontainer.io webflow.io webhook.site wiremockapi.cloud wixsite.com
wordpress.com workers.dev ydns.eu zapto.org zeabur.app zrok.io
"""
# With regions and services between the domain and the name, or with an IP address in the name.
_SHARED_AT_ANY_DEPTH = """
amazonaws.com amazonaws.com.cn awsapprunner.com azure-api.net azurestaticapps.net burpcollaborator.net
canarytokens.com cloudapp.azure.com cloudapp.net core.windows.net devtunnels.ms digitaloceanspaces.com
elasticbeanstalk.com github.dev interact.sh linodeobjects.com nip.io oast.fun oast.live oast.me
oast.online oast.pro oast.site oastify.com on.aws pipedream.net railway.app run.app sslip.io ts.net xip.io
"""
_SHARED_ENDS = tuple(f".{shared}" for shared in _SHARED_AT_ANY_DEPTH.split())
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]*[^\W\d][\w-]*\.?")
_LABELS, _COUNTRY = 2, 2


def is_registrable(domain: str) -> bool:
    """Return whether a domain has one owner, to whom all names below it belong.

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
        len(labels) == _LABELS
        and len(labels[-1]) == _COUNTRY
        and labels[0] in f"{_SECOND_LEVEL} {_SECOND_LEVEL_OF.get(labels[-1], '')}".split()
    )
    is_shared = domain in _SHARED.split() or f".{domain}".endswith(_SHARED_ENDS)
    return not is_of_country and not is_shared
