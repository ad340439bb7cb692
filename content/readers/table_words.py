"""Words that people write into tables of questions, in several languages: above columns, and for kinds and levels."""

from __future__ import annotations

from content.item import Difficulty, Kind

HEADINGS = {
    "question": "question; questions; question text; quiz question; prompt; stem; front; term; "
    "word; statement; q; frage; fragetext; vorderseite; begriff; pregunta; enunciado; anverso; "
    "pergunta; domanda; vraag; recto; terme; вопрос; 问题; 題目; 题目; 题干; 問題; 質問; 設問; "
    "문제; 질문; soru; pytanie; سؤال; السؤال; שאלה; प्रश्न",
    "answer": "answer; answers; back; definition; meaning; model answer; reference answer; sample "
    "answer; response; a; antwort; musterantwort; rückseite; réponse; verso; définition; "
    "respuesta; reverso; resposta; risposta; antwoord; ответ; 回答; 解答; 参考答案; 답; 답변; "
    "cevap; odpowiedź; الجواب; الإجابة; תשובה; उत्तर",
    "key": "answer index; correct number; correct; correct answer; correct answers; "
    "correct option; correct options; correct "
    "choice; key; answer key; right answer; right; correct index; correct answer index; solution; "
    "lösung; richtig; richtige antwort; richtige antworten; korrekte antwort; bonne réponse; "
    "bonnes réponses; réponse correcte; solución; respuesta correcta; respuestas correctas; "
    "resposta correta; gabarito; risposta corretta; goed antwoord; juiste antwoord; правильный "
    "ответ; 正确答案; 答案; 正解; 정답; doğru cevap; poprawna odpowiedź",
    "wrong": "wrong; wrong answer; wrong answers; incorrect; incorrect answer; incorrect answers; "
    "distractor; distractors; falsche antwort; falsche antworten; mauvaise réponse; respuesta "
    "incorrecta; resposta incorreta",
    "options": "options; choices; answer options; answer choices; possible answers; alternatives; "
    "antworten; antwortmöglichkeiten; choix; opciones; opções; opzioni; варианты; 选项; 選択肢; "
    "보기",
    "explanation": "explanation; answer explanation; rationale; feedback; general feedback; "
    "reason; why; comment; erklärung; erläuterung; begründung; explication; justification; "
    "explicación; justificación; explicação; spiegazione; uitleg; пояснение; объяснение; 解析; "
    "解释; 解說; 说明; 解説; 해설; açıklama; wyjaśnienie",
    "topic": "topic; category; subject; chapter; section; unit; deck; theme; thema; kategorie; "
    "fach; kapitel; sujet; thème; catégorie; chapitre; tema; categoría; categoria; asignatura; "
    "capítulo; argomento; onderwerp; тема; категория; раздел; 分类; 類別; 类别; 主题; 章节; 科目; "
    "カテゴリ; テーマ; 주제; 분류; konu; kategoria; temat",
    "difficulty": "difficulty; level; difficulty level; schwierigkeit; schwierigkeitsgrad; niveau; "
    "difficulté; dificultad; nivel; dificuldade; nível; difficoltà; livello; moeilijkheid; "
    "сложность; уровень; 难度; 難易度; 난이도",
    "tags": "tags; tag; labels; keywords; schlagwörter; stichwörter; étiquettes; mots-clés; "
    "etiquetas; palabras clave; etichette; теги; 标签; 標籤; タグ; 태그",
    "hint": "hint; hints; clue; tip; tipp; hinweis; indice; aide; pista; ayuda; dica; "
    "suggerimento; подсказка; 提示; ヒント; 힌트",
    "type": "type; question type; kind; format; typ; fragetyp; art; type de question; tipo; tipo "
    "de pregunta; тип; 题型; 類型; 类型; 種類; 유형",
    "id": "id; guid; uid; uuid; identifier; question id; external id; slug",
    "number": "#; question #; question number; no; no.; nr; nr.; number; n°; num; index; row; 序号; 编号; 番号; №",
    "picture": "image; image link; image url; picture; picture url; media; photo; bild; imagen; "
    "imagem; immagine; 图片; 画像",
    "reference": "reference; references; source; sources; citation; link; url; quelle; quellen; "
    "référence; fuente; fonte; источник; 来源; 参考; 出典",
    "time": "time; time limit; timer; seconds; time in seconds; duration; zeit; zeitlimit; temps; "
    "tiempo; tempo; время; 时间; 時間",
    "points": "points; score; marks; weight; punkte; puntos; pontos; баллы; 分值; 分数",
}
"""The words above columns by what the column holds."""
KINDS = {
    Kind.MULTI: "checkbox checkboxes multi multi-select multiselect multiple-select "
    "multiple-answer multiple-answers multiple-response mehrfachauswahl ms mr ma 多选 多选题 "
    "多選題",
    Kind.TRUE_FALSE: "true-false true/false true-or-false truefalse tf t/f boolean wahr/falsch "
    "vrai/faux 判断 判断题 是非题",
    Kind.SHORT: "fill-in-the-blank fill-in-blank fill-in-the-blanks fill-in blank fib short "
    "short-answer shortanswer type-answer typed cloze lückentext 填空 填空题 简答",
    Kind.NUMERIC: "numeric numerical number slider",
    Kind.ORDER: "order ordering puzzle sequence reorder sorting jumble 排序",
    Kind.OPEN: "open open-ended open-question essay text long-answer paragraph flashcard card 问答 问答题 论述题",
}
"""What people call kinds, spaces as hyphens; those that are asked by their options are not listed."""

LEVELS = {
    Difficulty.EASY: "easy simple beginner basic low 1 leicht einfach facile fácil fàcil eenvoudig "
    "лёгкий легкий 简单 容易 易 簡単",
    Difficulty.MEDIUM: "medium moderate intermediate normal average 2 mittel moyen moyenne media "
    "medio médio médio gemiddeld средний 中等 中 普通",
    Difficulty.HARD: "hard difficult advanced high expert 3 schwer schwierig difficile difícil "
    "moeilijk сложный трудный 困难 难 難しい 难题",
}
"""What people call levels of difficulty."""

UNASKED = frozenset(
    (
        "poll",
        "survey",
        "slide",
        "content",
        "info-slide",
        "draw",
        "word-cloud",
        "wordcloud",
        "brainstorm",
        "umfrage",
        "投票",
    )
)
"""What live quizzes hold that has no right answer."""
