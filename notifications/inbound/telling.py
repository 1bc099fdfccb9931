"""What kind of mail it is: from a person, or from a machine that must not be answered (RFC 3834), and in which language.

Pure: a mail in, a word out.
"""

from __future__ import annotations

import re
from typing import Final

from notifications.inbound.bearable import MOST_OF_A_HEADER
from notifications.inbound.reading import Mail

_DAEMON: Final = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon|bounces?)(?:[+\-_.].*)?", re.IGNORECASE)
_BOUNCED: Final = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed|incomplete)|mail delivery (?:failed|subsystem)|"
    r"returned mail|failure notice|delayed mail|address not found|user unknown|mailbox (?:unavailable|not found|is full)|"
    r"(?:could not|couldn't|was not|wasn't|cannot) be(?:en)? delivered|(?:was|were) not delivered|not delivered|"
    r"non remis|échec de (?:la )?(?:remise|livraison|distribution)|notification d'état de remise|non distribué|"
    r"(?:n'a|n’a) pas pu être (?:remis|livré|distribué)|boîte (?:aux lettres|de réception) (?:est )?pleine",
    re.IGNORECASE,
)
_DELAYED: Final = re.compile(r"\bdelayed\b|\(delay\)|\bretard", re.IGNORECASE)
# So begin the subjects of programs that say somebody is away; a person may write of being away as well.
_AWAY: Final = re.compile(
    r"(?:automatic reply|auto-?\s?reply|réponse automatique)\b|"
    r"(?:out of (?:the )?office|absence du bureau|absente?(?:\(e\))? du bureau|message d'absence)(?: reply)?\s*(?::|-|$)",
    re.IGNORECASE,
)
_FAILURE_CODE: Final = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_SMTP_CODE: Final = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
# Refused for what it says, where it comes from or how full the mailbox is: the address itself may well be right.
_NOT_THE_ADDRESS: Final = re.compile(r"5\.(?:7\.\d+|2\.[2-4]|3\.\d+|4\.\d+|6\.\d+)")
_SO_MUCH_IS_SEARCHED: Final = 20_000

# What a refusal at the hand-over says of the address: nothing, not now, or never.
NOTHING: Final = ""
FULL: Final = "full"
GONE: Final = "gone"
# So servers without enhanced codes speak of who sends, or of what was sent.
_ABOUT_US: Final = re.compile(
    r"\brelay|rcpthosts|\bauth|\bblock|black\s?list|\bdeny|denied|polic(?:y|ies)|prohibited|\bspam|\bspf\b|\bdkim\b|\bdmarc\b|"
    r"reputation|not (?:allowed|permitted)|\bsender",
    re.IGNORECASE,
)

# A header in pieces: what is quoted (its end may be missing), what a backslash keeps, what parts it, and the rest.
_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?$)|\\.|[();]|[^"\\();]+|\\$', re.DOTALL)
_DMARC: Final = re.compile(r"dmarc(?:\s*/\s*\d+)?\s*=\s*([\w-]*)")
_HEADER_FROM: Final = re.compile(r'(?<!\S)header\.from\s*=\s*(?:"([^"]*)"|([^\s"]+))')

_FRENCH: Final = re.compile(
    r"[éèêàçùîôœ]|\b(?:je|nous|vous|le|la|les|des|une?|est|pas|pour|avec|merci|bonjour|bonsoir|oui|non|suis|ne|du|au|aux|sera|"
    r"serai|être|qui|mon|ma|mes|votre|dans|sur|réunion|malade|cordialement|comment|quand|peut|on)\b|\b(?:j|l|d|n|c|qu|s)['’]",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(
    r"\b(?:i|we|you|the|and|is|are|not|for|with|thanks?|hi|hello|yes|no|am|to|of|my|your|can|can't|cannot|will|be|it|this|"
    r"that|please|sorry|kid|from|in|how|when|regards)\b",
    re.IGNORECASE,
)


def is_daemon(mail: Mail, envelope: str | None) -> bool:
    """Return whether a mail server wrote it, not a person. ``envelope``: who it was handed over for, None where unknown."""
    return not mail.sender or envelope == "" or _is_daemons(mail.sender)


def _is_daemons(address: str) -> bool:
    return _DAEMON.fullmatch(address.partition("@")[0]) is not None


def is_bounce(mail: Mail, envelope: str | None) -> bool:
    """Return whether it says that a letter could not be delivered, or not yet; asked of what came to a bounce address.

    Programs that say somebody is away answer to that address as well, and have no envelope either.
    """
    if mail.report is not None:
        return mail.report.action not in ("delivered", "relayed", "expanded")
    if "x-failed-recipients" in mail.headers:
        return True
    if _AWAY.match(mail.subject):
        return False
    if _is_daemons(mail.sender) or _BOUNCED.search(mail.subject):
        return True
    return envelope == "" and bool(_BOUNCED.search(mail.everything[:_SO_MUCH_IS_SEARCHED]))


def is_delay(mail: Mail) -> bool:
    """Return whether a bounce only says that the letter is still on its way."""
    if mail.report is not None and mail.report.action:
        return mail.report.action == "delayed"
    return bool(_DELAYED.search(mail.subject))


def is_hard(mail: Mail) -> bool:
    """Return whether a bounce says that nothing will ever arrive at this address; what is unsure is not."""
    text = mail.everything[:_SO_MUCH_IS_SEARCHED]
    status = mail.report.status if mail.report is not None else ""
    if not status:
        found = _FAILURE_CODE.search(text)
        status = found.group() if found else ""
    if status:
        return status.startswith("5") and not _NOT_THE_ADDRESS.fullmatch(status)
    code = _SMTP_CODE.search(text)
    return code is not None and code.group(1) == "5"


def weight_of_refusal(code: int, phase: str, text: str) -> str:
    """Return what a mail server's refusal (5xx, RFC 5321) says of the address: NOTHING, FULL or GONE.

    An enhanced code (RFC 3463) tells; without one only a refusal of the recipient is about the address: what is refused
    later is refused for what it says. A relay that lets us send nothing says so of every address.
    """
    if not 500 <= code < 600 or phase not in ("rcpt", "data", "dot"):
        return NOTHING
    found = _FAILURE_CODE.search(text)
    status = found.group() if found else ""
    if re.fullmatch(r"5\.2\.[2-4]", status):
        return FULL
    if re.fullmatch(r"5\.[12]\.\d+", status):
        # 5.1.7 and 5.1.8 are about the address of who sends.
        return NOTHING if status in ("5.1.7", "5.1.8") else GONE
    if status and not re.fullmatch(r"5\.0\.\d+", status):
        return NOTHING
    if phase != "rcpt" or _ABOUT_US.search(text):
        return NOTHING
    return FULL if code == 552 else GONE


def is_automatic(mail: Mail, envelope: str | None) -> bool:
    """Return whether a machine wrote it: out of office, a list, a robot. Nobody answers such a mail, nor waits for it."""
    told = mail.headers
    if told.get("auto-submitted", "no").partition(";")[0].strip().lower() not in ("no", ""):
        return True
    if told.get("precedence", "").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    if told.keys() & {"x-autoreply", "x-autorespond", "list-id", "list-unsubscribe", "x-failed-recipients", "x-loop"}:
        return True
    if mail.report is not None or is_daemon(
        mail, envelope if envelope is not None else told.get("return-path", "-").strip("<>")
    ):
        return True
    return _AWAY.match(mail.subject) is not None


def is_proven(mail: Mail, server: str) -> bool:
    """Return whether our own mail server says that the mail is from its sender (RFC 8601); True where none is named.

    A mail that does not say who of several it is from is never.
    """
    if not server or mail.is_of_several:
        return not mail.is_of_several
    # The topmost is of who handed it over to us; who wrote the mail may have put others below it.
    said = mail.headers.get("authentication-results", "")
    if len(said) >= MOST_OF_A_HEADER:  # it goes on, and may say something else there
        return False
    # What a forger chooses (the envelope's sender, a name) stands in there as well, and may hide what comes after it: a
    # second result is one too many, and no place is so hidden that a refusal there counts for nothing.
    name, *results = [part.strip() for part in _parts(said.lower())]
    found = [one for one in results if _DMARC.match(one)]
    if name.split()[:1] != [server.lower()] or len(found) != 1 or set(_DMARC.findall(said.lower())) != {"pass"}:
        return False
    return _is_about(found[0], mail.sender)


def _is_about(result: str, sender: str) -> bool:
    """Return whether a result speaks of the sender's domain, or of one above it, and of no other."""
    domain = sender.rpartition("@")[2]
    told = [quoted or plain for quoted, plain in _HEADER_FROM.findall(result)]
    told = [one.rpartition("@")[2].strip(".") for one in told]
    return bool(told) and all("." in one and f".{domain}".endswith(f".{one}") for one in told)


def _parts(said: str) -> list[str]:
    """Return what stands between the semicolons of a header, without its comments. What is quoted is one thing."""
    parts, depth = [""], 0
    for found in _PIECE.finditer(said):
        piece = found.group()
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def language_of(text: str, usual: str) -> str:
    """Return "en" or "fr", whichever ``text`` seems to be; ``usual`` where it does not say."""
    text = text[:4_000]
    french, english = len(_FRENCH.findall(text)), len(_ENGLISH.findall(text))
    if french == english:
        return usual
    return "fr" if french > english else "en"
