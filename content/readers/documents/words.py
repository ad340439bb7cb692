"""The words and signs by which people mark questions, answers, keys and the rest, in the languages that are common."""

from __future__ import annotations

import re

SUMMARY = "\ue000"
"""Stands before a line that was the summary of an HTML `<details>` block."""

MARKS = "*_ \t\u00a0"
_ANSWER = (
    r"answers?|ans|solution|response|reply|ответ|решение|答案|参考答案|正确答案|解答|回答|答え|正解|정답|답변?|antwort|lösung|réponse"
    r"|respuesta|solución|solucion|risposta|soluzione|resposta|odpowiedź|cevap|antwoord|відповідь"
)
_KIND_OF_ANSWER = (
    r"(?:(?:the|la|le|die)\s+)?(?:(?:correct|right|sample|model|suggested|possible|best|example|short|your"
    r"|expected|правильный"
    r"|правильна|richtige|bonne)\s+)?"
)
_MORE = r"(?:\s+(?:correcta|corretta|correta|key))?"
ANSWER = re.compile(
    rf"[*_>\s✅💡➡✔️👉]*{_KIND_OF_ANSWER}(?:{_ANSWER}|答){_MORE}(?:\s*[(（][^)）]{{0,40}}[)）])?"
    rf"(?:\s*#?\d{{1,4}})?[*_\s]*(?:[:：]|\s[-–—]\s|[-–—]>|=>|\.(?=\*\*|__))[:：]?[*_]*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A line that begins an answer: "**Answer:** …", "Ans (short) - …"."""
BARE_ANSWER = re.compile(
    rf"[*_>\s✅💡➡✔️👉]*(?:(?:show|see|view|reveal|click|tap|open|spoiler|here|to|for|the|hide"
    rf"|toggle)\b[\s:/|]*)*{_KIND_OF_ANSWER}"
    rf"(?:{_ANSWER}|explanation){_MORE}(?:\s*(?:and|&|\+)\s*explanation)?(?:\s*#?\d{{1,4}})?[*_.:：!…\s]*",
    re.IGNORECASE,
)
"""A line, heading or summary that says nothing but that the answer follows."""
LETTERED_ANSWER = re.compile(r"[*_\s]*(?:answer|ans)\.?[*_\s]+(?P<rest>[(\[]?[A-Ha-h][)\].]?[*_]*)\s*", re.IGNORECASE)
"""`Answer B`, without a colon."""
LETTER_A = re.compile(r"[*_>\s]*A(?:\s*\d{1,6}\s*[*_]*[:：.)]|\s*[*_]*[:：])[*_]*(?=\s|$)(?P<rest>.*)", re.DOTALL)
"""`A:` and `A12.`: an answer only where questions are marked with a Q."""

LABEL = (
    r"questions?|quest|ques|que|q|вопрос|задача|задание|问题|题目|题|问|frage|aufgabe|pregunta|domanda|pergunta"
    r"|questão|pytanie|質問|問題|문제|질문"
    r"|exercise|problem|soru|vraag"
)
POINTS = r"(?:\s*[(\[][^)\]]{0,24}(?:points?|marks?|pts?|балл\w*|分)\.?[)\]])?"
LABELLED = re.compile(
    rf"(?:(?:{LABEL})\s*[.#№-]?\s*(?P<n>\d{{1,4}})|第\s*(?P<m>\d{{1,4}})\s*[题问道])(?P<close>[*_]*){POINTS}\s*"
    rf"(?P<delimiter>[.)）:：、]|\s[-–—]+(?=\s)|(?=\s)|$)(?P<close2>[*_]*){POINTS}\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""`Q12: …`, `Question 3`, `第5题 …`."""
ASKED = re.compile(
    rf"(?:(?:{LABEL})(?P<close>[*_]*)\s*[:：]|Q(?:\s?\)|\.(?=[\s*_])))(?P<close2>[*_]*)\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""`Q: …`, `Q. …`."""
UNNAMED = re.compile(
    r"(?:question|exercise|problem|вопрос|задача|问题|题目|frage|aufgabe|pregunta|domanda|pergunta)\s*[:：]?",
    re.IGNORECASE,
)
"""A heading that says that a question follows, and no more."""
DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.?\s+(?P<title>\D.*)", re.DOTALL)
"""`2.1 …`: the number of a section rather than of a question."""
NUMBERED = re.compile(
    r"[\[(（#]?(?P<n>\d{1,6})(?P<delimiter>\\?[.)）:：、．\]]|\s[-–—](?=\s))[.)]?(?P<close>[*_]*)(?!\d)\s*(?P<title>\S.*)",
    re.DOTALL,
)
"""`12. …`, `12) …`, `(12) …`; not `1.2 …`."""

_ASKS = (
    r"what|why|how|when|which|who|whom|whose|where|explain|describe|define|discuss|compare|contrast|differentiate"
    r"|distinguish|differences?|list|name|state|mention|give|write|implement|compute|calculate|find|prove|derive"
    r"|determine"
    r"|evaluate|estimate|identify|outline|summari[sz]e|suppose|given|consider|assume|imagine|can|could|do|does"
    r"|did|is|are|was"
    r"|were|will|would|should|has|have|true or false|true/false|t/f|tell|talk|walk|design|solve|simplify|choose"
    r"|select|pick"
    r"|complete|fill|match|draw|sketch|show|in what|in which|for what|to what|at what|on what|if|reverse|convert"
    r"|translate"
    r"|elaborate|illustrate|predict|justify|arrange|order|что|как|какая|какой|какие|каков\w*|почему|зачем|когда"
    r"|где|кто|сколько"
    r"|чем|в чем|в чём|для чего|объясните|опишите|назовите|перечислите|дайте|сравните|расскажите|приведите"
    r"|определите|найдите"
    r"|was|wie|warum|wann|wo|wer|welche[rsnm]?|erkläre\w*|beschreibe\w*|nenne\w*|wieso|qu['’]\w+|que|quoi|quels?"
    r"|quelles?"
    r"|comment|pourquoi|quand|où|expliquez|décrivez|citez|définissez|qué|cómo|por qué|cuál\w*|cuándo|dónde|quién"
    r"|explique"
    r"|describa|define|defina|mencione|cosa|come|perché|quando|quale|quali|dove|chi|spiega\w*|descrivi|o que"
    r"|como|por que|qual"
    r"|quais|explain"
)
ASKING = re.compile(rf"[¿«\"“'*_\[(]*(?:{_ASKS})\b", re.IGNORECASE)
ASKING_EAST = re.compile(
    r"(?:请|試|试)?(?:什么|什麼|如何|为什么|為什麼|怎么|怎麼|怎样|解释|解釋|描述|简述|簡述|列出|列举|说明|說明|给出|定义|比较|谈谈"
    r"|写出|计算|计算|证明|设计|实现|哪|何|なぜ|どう|説明|무엇|어떻|왜|설명)|请"
)
ENDS_ASKING = re.compile(r"[?？؟;](?:[*_)\]\"”’'）」\s.]|\[\[?\w*\]?\]?\([^)]*\)\]?)*$")
GREEK = re.compile("[α-ωΑ-Ω]")
INTERROGATION = re.compile("[?？؟]")

NO_QUESTION = re.compile(
    r"(?:table of )?contents?|overview|introduction|about(?: \S+){0,3}|install(?:ation|ing)?|usage"
    r"|getting started|quick ?start"
    r"|set ?up|requirements?|prerequisites?|licen[cs]e|contribut\w+|acknowledge?ments?|credits?|references?"
    r"|resources?"
    r"|further reading|summary|conclusions?|changelog|change log|features?|examples?|notes?|faqs?|questions?"
    r"|q ?& ?a|answers?"
    r"|answer key|support|contact|authors?|sponsors?|star history|disclaimer|preface|syllabus|schedule|links|目录"
    r"|目錄|贡献|简介|前言|参考"
    r"|资料|总结|关于|содержание|оглавление|введение|заключение|литература|источники|лицензия|inhalt|einleitung|literatur",
    re.IGNORECASE,
)
"""Titles that head no question, whatever stands around them."""
GENERIC = re.compile(
    r"(?:the )?(?:all )?(?:(?:interview|quiz|exam|practice|sample|review|multiple[- ]choice|open) )?"
    r"(?:questions?|faqs?|quiz|exam|test|q ?& ?a"
    r"|questions? (?:and|&) answers?|frequently asked questions|question bank|table of contents|contents|вопросы"
    r"|вопросы и ответы|问题|题目|题库)",
    re.IGNORECASE,
)
"""Section titles that name no topic."""
KEY_TITLE = re.compile(
    r"(?:the )?(?:correct )?(?:answers|answer ?keys?|answer ?sheet|keys?|solutions|key to (?:the )?\w+"
    r"|answers? to .{1,60}|ответы|ключи?|答案"
    r"|参考答案|答案解析|lösungen|antworten|réponses|corrigé|respuestas|soluciones|risposte|soluzioni|gabarito)\s*[:：]?",
    re.IGNORECASE,
)
"""What heads a list of answers at the end."""

_LABELS = {
    "stem": r"scenario|context|background|problem|task|case|situation|场景|背景|ситуация|задача",
    "explanation": r"explanation|rationale|reason|why|justification|解析|解释|пояснение|объяснение|erklärung"
    r"|explication|explicación|spiegazione|explicação",
    "hint": r"hints?|tip|提示|подсказка|hinweis|indice|pista",
    "difficulty": r"difficulty|level|难度|сложность|schwierigkeit",
    "topic": r"topic|category|subject|主题|тема|категория|thema",
    "tags": r"tags?|keywords?|标签",
    "references": r"sources?|references?|refs?|来源|出处|источник|quelle",
    "options": r"options?|choices?|选项|варианты(?: ответа| ответов)?|optionen",
}
LABELS = {
    name: re.compile(rf"[*_>\s]*(?:{words})[*_\s]*[:：][*_]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
    for name, words in _LABELS.items()
}
"""Lines that say what follows: "Explanation: …"."""
LABEL_LIKE = re.compile(r"[*_>\s]*[^\W\d_][\w ]{2,24}[*_\s]*[:：]")
DIFFICULTIES = {
    **dict.fromkeys(("easy", "beginner", "basic", "simple", "1", "low", "简单", "容易", "лёгкий", "легкий"), "easy"),
    **dict.fromkeys(("medium", "intermediate", "moderate", "normal", "2", "中等", "средний"), "medium"),
    **dict.fromkeys(("hard", "advanced", "difficult", "expert", "3", "high", "困难", "сложный"), "hard"),
}

CAPTION = re.compile(
    r"[*_\s]*(?:(?:image|figure|fig\.?|photo|picture|img|diagram)\s*(?:source|credits?|courtesy|from|by)\s*[:：]"
    r"|(?:referenced|adapted|taken|copied|reproduced)\s+from\s*[:：]|(?:图片|图)来源\s*[:：]|参考来源\s*[:：]"
    r"|(?:figure|fig\.?|рис\.?|рисунок|abb\.?|abbildung|图)\s*\d+(?:\.\d+)*\s*[.:：]).*",
    re.IGNORECASE | re.DOTALL,
)
"""Whose picture was there, and where text was taken from."""
OF_A_PICTURE = re.compile(
    r"(?:in|on|from|as (?:shown|seen) in)? ?(?:this|the(?: above| following)?) (?:image|figure|picture|photo"
    r"|diagram)\b",
    re.IGNORECASE,
)
LETTERED_CAPTION = re.compile(r"\([a-h]\)\s+\S.{0,100}[^.?!:;]")
PAGE = re.compile(
    r"(?:page|p\.|seite|стр\.?|第)?\s*\d{1,6}\s*(?:(?:of|/|von|из)\s*\d{1,6})?\s*页?|\d{1,6}\s*\|\s*page", re.IGNORECASE
)
ADVERTISING = re.compile(
    r"\b(?:subscribe|sign up|enrol+ now|buy now|discount|coupon|follow (?:me|us)|join (?:our|us)|sponsored|affiliate|"
    r"star this repo|like and share|click here to|download (?:the|our) app|advertisement)\b",
    re.IGNORECASE,
)
IN_PART = re.compile(
    r"[\s:]*(?:example|note|explanation|code|output|solution|implementation|steps?|key|summary|pros|cons"
    r"|advantages|disadvantages"
    r"|hint|tip|result|answer|input|details|remark|proof|intuition|formula|use cases?)\b",
    re.IGNORECASE,
)
"""How headings begin that are part of an answer rather than of the document."""
PART = re.compile(
    r"[*_\s]*(?:(?:section|part|chapter|unit|module|topic|lesson|раздел|глава|часть|тема|teil|kapitel"
    r"|abschnitt)\s+[\dIVXA-Z]+\b|第\s*\S{1,3}\s*[章节部分])",
    re.IGNORECASE,
)
"""Lines that head a section though they are no headings."""


def asks(title: str) -> bool:
    """Whether a line reads as a question or a task."""
    if ENDS_ASKING.search(title):
        return not title.endswith(";") or bool(GREEK.search(title))
    return bool(INTERROGATION.search(title) or ASKING.match(title) or ASKING_EAST.search(title))


def queries(title: str) -> bool:
    """Whether a line asks with a question mark."""
    return bool(INTERROGATION.search(title))


def bare(text: str) -> str:
    """A line without emphasis around it and colons behind it, to compare it with known titles."""
    return text.strip(MARKS).rstrip(":：.").strip(MARKS)
