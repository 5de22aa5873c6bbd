"""The web, asked politely: what is fetched, how often, from whom, and how much of it is taken.

    async with Web(Manners(user_agent="Marsad/0.1 (+mailto:desk@example.org)")) as web:
        answer = await web.get("https://example.org/feed.xml", etag=known)

Knows neither Prefect nor the warehouse.
"""

from tasks.ingest.web.client import Fetched, Web
from tasks.ingest.web.errors import FetchError
from tasks.ingest.web.manners import Manners

__all__ = ["FetchError", "Fetched", "Manners", "Web"]
