"""Kinds of Pandoc's nodes that prose may hold, and what is said of every other."""

BLOCKS = {"Para", "Plain", "BulletList", "OrderedList", "BlockQuote"}
INLINES = {"Str", "Space", "SoftBreak", "LineBreak", "Emph", "Strong", "Quoted", "Link"}
SENTENCE_INLINES = {"Str", "Space", "SoftBreak", "Quoted"}
LETTERED = {"LowerAlpha", "UpperAlpha"}

PLAIN = "holds HTML; write plain Markdown"
HEADING = "holds a heading, a rule or a fenced block; remove it, for the notebook gives the headings"
LINK = "holds an image or a link that is neither https:// nor inside the site"
SPECIAL = "holds one of $ @ \\ ` | ~ ^, which have a special meaning in Markdown; write it in words"
LIST = (
    "begins a list directly under a line of text, so that it would be one running line; leave an empty line before the"
    " first item"
)
TOO_SLOW = (
    "keeps Pandoc busy for seconds, for quotation marks, brackets, emphasis or lists nest too deeply in it; write"
    " shorter and simpler paragraphs"
)
UNREADABLE = "cannot be read by Pandoc; write plain paragraphs"
BRACKETS = (
    "holds square brackets that are no link to https:// or inside the site; write round brackets, or the whole link as"
    " [words](https://…)"
)
ENDLESS = (
    "holds settings, or something that does not end within the text and would take in what follows; write plain"
    " paragraphs"
)
REFUSED = {
    "RawInline": PLAIN,
    "RawBlock": PLAIN,
    "Header": HEADING,
    "HorizontalRule": HEADING,
    "Div": HEADING,
    "Image": LINK,
    "Figure": LINK,
    "CodeBlock": "begins with four spaces, which makes it code; remove the spaces",
    "Code": SPECIAL,
    "Math": SPECIAL,
    "Strikeout": SPECIAL,
    "Superscript": SPECIAL,
    "Subscript": SPECIAL,
    "LineBlock": SPECIAL,
    "Cite": SPECIAL,
    "Table": "holds a table; put its rows into a table of the return",
    "Note": "holds a footnote; write it as a sentence",
    "Endless": ENDLESS,
    "DefinitionList": "begins with a colon, which makes the paragraph above a term to be defined; begin with a word",
    "Span": "holds attributes; write plain Markdown",
    "OrderedList": "holds a numbered list; write a list with hyphens",
}
ALLOWED = "allowed are paragraphs, lists with hyphens, quotations, emphasis, strong words and links"
SENTENCE = "is more than a sentence: it is shown as plain text, without lists, emphasis or links; write one sentence"
