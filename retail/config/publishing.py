"""Keys on what is published or sent: privacy, lists, the site, the digest, slices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from retail.config.section import Section
from retail.schema.dimensions import SLICED, names

Privacy = Literal["internal", "public", "raw"]
if TYPE_CHECKING:
    SlicedBy = str
else:
    SlicedBy = Literal[names(SLICED)]


class PrivacySettings(Section, frozen=True):
    """What of a person may appear in the site."""

    level: Annotated[
        Privacy,
        Meta(description="internal: pseudonyms; public: groups of at least 5 only; raw: as read"),
    ] = "internal"
    key_env: Annotated[
        str, Meta(description="environment variable that holds the pseudonym key")
    ] = "RETAIL_KEY"
    private: Annotated[
        str,
        Meta(
            description="folder of lists with real ids, outside the site, relative to retail.toml"
        ),
    ] = ".retail/private"


class Lists(Section, frozen=True):
    """Lists of customers to act on, and who is held out of them so that a campaign can be judged."""

    holdout: Annotated[
        float, Meta(ge=0, lt=1, description="share of the customers who are to get nothing")
    ] = 0.1
    campaign: Annotated[
        str, Meta(description="name of the campaign; another name holds other customers out")
    ] = ""


class Publish(Section, frozen=True):
    """How the site meets its readers."""

    site_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s?#]+)?$",
            description="where the site is published, for sitemap, feed and mail; left out when empty",
        ),
    ] = ""
    locale: Annotated[
        str,
        Meta(
            description='how numbers, dates and currency are written, such as "de" or "en-US"; empty: '
            "1,234.56 and 2014-02-28"
        ),
    ] = ""
    stills: Annotated[
        Literal["dashboard", "all", "none"],
        Meta(
            description="charts as static SVG for readers without scripts: of the dashboard and of "
            "slices, of all pages, or of none"
        ),
    ] = "dashboard"
    robots: Annotated[bool, Meta(description="whether search engines may list the site")] = False
    stale_after_hours: Annotated[
        int, Meta(ge=0, description="pages say so when the last run is older; 0: never")
    ] = 36
    banner_percent: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            description="a check that does not hold is a note in the header; of so many percent of net "
            "revenue, or with a severity of stop, a banner on every page",
        ),
    ] = 1.0
    smoke: Annotated[
        Literal["auto", "always", "never"],
        Meta(
            description="open the new dashboard in headless Chromium before it goes live; auto: in "
            "nightly runs, where Chromium is found"
        ),
    ] = "auto"
    dashboard_kilobytes: Annotated[
        int,
        Meta(
            ge=1,
            description="up to so many, compressed, the lines travel with the dashboard; beyond, sums "
            "of them, whose weight it scales too",
        ),
    ] = 400


class Digest(Section, frozen=True):
    """The digest of each nightly run, and who gets it. Addresses with secrets come from the environment."""

    charts: Annotated[bool, Meta(description="draw its charts as PNG (about a second)")] = False
    mail_to: Annotated[tuple[str, ...], Meta(description="who gets it by e-mail")] = ()
    mail_from: Annotated[str, Meta(description="sender of the e-mail")] = ""
    smtp_env: Annotated[
        str,
        Meta(
            description="environment variable with the mail server, such as "
            "smtps://user:password@mail.example.org"
        ),
    ] = "RETAIL_SMTP"
    webhooks_env: Annotated[
        str,
        Meta(
            description="environment variable with addresses of chats and webhooks (Apprise URLs)"
        ),
    ] = "RETAIL_WEBHOOKS"


class Slice(Section, frozen=True):
    """Some of the customers or lines, scored and clustered anew on a page of their own."""

    where: Annotated[
        dict[SlicedBy, str],
        Meta(min_length=1, description='the value of each column, such as { gender = "F" }'),
    ]
    name: Annotated[str, Meta(description="title of its page; by default its values")] = ""
