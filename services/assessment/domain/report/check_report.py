"""Reads reports with parsers that are not ours: strict XML, HTML as browsers read
it, and JSON. Whatever is wrong is in the list that `problems` returns.

  python3 check_report.py FOLDER    checks each NAME.html beside its NAME.json
"""

import html.parser
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
# All that a report is made of. A name that became markup would be none of it.
TAGS = set("""html head meta title style body header main footer section h1 h2 h3 h4
    p ul li div span bdi figure figcaption table caption thead tbody tr th td
    svg desc polygon polyline line rect circle path text""".split())
ATTRIBUTES = set("""xmlns lang xml:lang charset http-equiv content name class id role
    scope data-label viewBox aria-labelledby aria-hidden x y x1 y1 x2 y2 cx cy r rx
    d points width height stroke-width stroke-dasharray fill-opacity""".split())
VOID = {"meta"}
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?: %)?")
# Numbers in the wording of the report itself, which no place has.
WORDED = {"0", "1", "95", "95 %", "100", "4", "0.50", "50", "0.001", "-0.001"}


class Tokens(html.parser.HTMLParser):
    """Tags as a browser's tokeniser sees them, and whether they nest."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.problems, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_comment(self, data):
        self.problems.append("there is a comment")


def text_of(element, skipped):
    """Text as it is read, without elements of the `skipped` tags or classes."""
    tag = element.tag.removeprefix(XHTML).removeprefix(SVG)
    if tag in skipped or element.get("class") in skipped:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [text_of(child, skipped), " ", child.tail or ""]
    return "".join(parts)


def values(node):
    """All numbers of a JSON value, those in its texts too."""
    if isinstance(node, bool) or node is None:
        return
    if isinstance(node, (int, float)):
        yield float(node)
    elif isinstance(node, str):
        for token in NUMBER.findall(node):
            yield float(token.replace(",", "").removesuffix(" %"))
    elif isinstance(node, list):
        for item in node:
            yield from values(item)
    else:
        for key, item in node.items():
            yield from values(key)
            yield from values(item)


def unexplained(root, report):
    """Numbers that the HTML shows and the JSON does not have."""
    sociogram = report.get("sociogram", {})
    places = {"people", "pairs"}  # Coordinates are no numbers of the report.
    known = list(values(report | {"sociogram": {
        key: value for key, value in sociogram.items() if key not in places}}))
    text = text_of(root, {"style", "desc", "note", "head"})
    missing = []
    for token in sorted(set(NUMBER.findall(text)) - WORDED):
        plain = token.replace(",", "").removesuffix(" %")
        decimals = len(plain.partition(".")[2])
        slack = 0.5 * 10 ** -decimals + 1e-9
        scales = (1, 100) if token.endswith(" %") else (1,)
        if not any(abs(scale * value - float(plain)) <= slack
                   for value in known for scale in scales):
            missing.append(token)
    return missing


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
              for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def style_problems(style):
    found = []
    if "url(" in style or "@import" in style:
        found.append("the style sheet fetches something")
    colours = dict(re.findall(r"--([a-z]+):(#[0-9a-f]{6})", style))
    for ink in ("ink", "soft", "deep", "warn"):
        for paper in ("#ffffff", colours["tint"]):
            if contrast(colours[ink], paper) < 4.5:
                found.append(f"{ink} on {paper} is hard to read")
    return found


def accessibility_problems(root):
    found = []
    if not root.get("lang"):
        found.append("no language")
    level = 0
    for element in root.iter():
        heading = re.fullmatch(r"h([1-6])", element.tag.removeprefix(XHTML))
        if heading:
            if int(heading[1]) > level + 1 or (level and heading[1] == "1"):
                found.append(f"a heading h{heading[1]} after h{level}")
            level = int(heading[1])
    for cell in root.iter(XHTML + "th"):
        if cell.get("scope") not in ("row", "col"):
            found.append("a heading of a table without scope")
    for table in root.iter(XHTML + "table"):
        if table.find(XHTML + "caption") is None:
            found.append("a table without a caption")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    if len(ids) != len(set(ids)):
        found.append("an id comes twice")
    for svg in root.iter(SVG + "svg"):
        if svg.get("aria-hidden") == "true":
            continue
        named = svg.get("aria-labelledby", "").split()
        if svg.get("role") != "img" or len(named) != 2 or not set(named) <= set(ids):
            found.append("a drawing without title and description")
    return found


def problems(page, report):
    """What is wrong with the text of an HTML and its JSON."""
    root = ElementTree.fromstring(page)
    tokens = Tokens()
    tokens.feed(page)
    tokens.close()
    found = list(tokens.problems)
    if tokens.open:
        found.append(f"not closed: {tokens.open}")
    for tag, attributes in tokens.tags:
        if tag not in TAGS:
            found.append(f"a tag {tag}")
        for name, value in attributes.items():
            if name not in {a.lower() for a in ATTRIBUTES}:
                found.append(f"an attribute {name}")
            if "://" in (value or "") and name != "xmlns":
                found.append(f"an address in {name}")
    policy = root.find(f".//{XHTML}meta[@http-equiv='Content-Security-Policy']")
    if policy is None or "default-src 'none'" not in policy.get("content"):
        found.append("no policy")
    found += style_problems(root.find(f".//{XHTML}style").text)
    found += accessibility_problems(root)
    for token in unexplained(root, json.loads(report)):
        found.append(f"{token} is not in the JSON")
    return found


def main(folder):
    pages = sorted(pathlib.Path(folder).glob("*.html"))
    assert len(pages) > 2, f"no reports in {folder}"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        report = page.with_suffix(".json").read_text(encoding="utf-8")
        found = problems(text, report)
        assert not found, f"{page.name}: {found}"
        print(page.name, "ok")
    # And it would be seen: without a part of the JSON, numbers are missing.
    whole = pathlib.Path(folder) / "report.json"
    root = ElementTree.fromstring(
        whole.with_suffix(".html").read_text(encoding="utf-8"))
    report = json.loads(whole.read_text(encoding="utf-8"))
    for part in ("triangle", "clique_risk", "answers"):
        rest = {key: value for key, value in report.items() if key != part}
        assert unexplained(root, rest), f"nobody would miss {part}"


if __name__ == "__main__":
    main(sys.argv[1])
