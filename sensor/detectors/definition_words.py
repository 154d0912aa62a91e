"""What words of a tool's definition are about: things worth stealing, and what brings them into a call or away.

One table per sense, in a dozen languages, so that a rule over senses holds in all of them. Words of scripts without spaces
stand anywhere, the others alone. What is negated in front ("never include passwords") is no order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

TOKEN = re.compile(r"[\w-]+")


class Said(Protocol):
    """A sentence as it stands, in small letters, and the words of it."""

    said: str
    low: str
    tokens: frozenset[str]


class Wording:
    """Phrases with the stems, in small letters, of which one must stand in a sentence before its pattern is tried: most hold none."""

    def __init__(self, *phrases: tuple[str, str], flags: re.RegexFlag = re.IGNORECASE) -> None:
        self._phrases = tuple((re.compile("|".join(map(re.escape, stems.split("|")))), re.compile(pattern, flags)) for stems, pattern in phrases)

    def places(self, one: Said) -> Iterator[re.Match[str]]:
        """Every match, phrase after phrase."""
        for stems, pattern in self._phrases:
            if stems.search(one.low):
                yield from pattern.finditer(one.said)


class Verbs:
    """Words that stand alone, given as "read|lies|öffne\\w*|look up"; tried only where a sentence holds the first word of one. `anywhere` needs no spaces around it."""

    def __init__(self, words: str, anywhere: str) -> None:
        first = [entry.split(" ")[0] for entry in words.split("|")]
        self._whole = frozenset(word for word in first if not word.endswith("\\w*"))
        self._begun = tuple(word.removesuffix("\\w*") for word in first if word.endswith("\\w*"))
        self._pattern = re.compile(rf"(?<![\w-])(?:{words})(?!\w)|{anywhere}", re.IGNORECASE)

    def places(self, one: Said) -> Iterator[re.Match[str]]:
        """Every match."""
        if not one.low.isascii() or not self._whole.isdisjoint(one.tokens) or any(token.startswith(self._begun) for token in one.tokens):
            yield from self._pattern.finditer(one.said)


def nouns(stems: str, words: str, anywhere: str) -> Wording:
    """One sense: words that stand alone, and words of scripts without spaces."""
    return Wording((stems, rf"(?<![\w-])(?:{words})(?!\w)"), (anywhere_stems(anywhere), anywhere))


def anywhere_stems(anywhere: str) -> str:
    """The first characters of words of scripts without spaces: enough to know that a sentence may hold one."""
    return "|".join(sorted({entry.lstrip("(?:")[0] for entry in anywhere.split("|") if entry.lstrip("(?:")}))


FILES = Wording((
    "/|\\|id_|.env|.net|.npm|.pg|.pypi|.git|`|printenv|run env|kubeconf|mcp.json|claude_|wallet|credentials.json|cookies.sq|login data|secret|.pem|.p12|.pfx|.kdbx|history|process.env|os.environ|config view|auth token",
    r"(?:~|\$HOME|/home/\w+|/root|%USERPROFILE%)[/\\]\.(?:ssh|aws|azure|config|kube|gnupg|netrc|npmrc|pypirc|pgpass|docker|cursor|claude|bash_history|zsh_history|git-credentials|mozilla|gcloud)\b[^\s`'\",;)]*"
    r"|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|/etc/(?:passwd|shadow|sudoers)\b|(?<![\w/])\.(?:env|netrc|npmrc|pgpass|pypirc|git-credentials)\b(?!\.example)|`(?:env|printenv|set)`|\bprintenv\b|\brun env\b|\bkubeconfig\b|\bmcp\.json\b|\bclaude_desktop_config|/proc/self/environ|\bprocess\.env\b|\bos\.environ\b|\bkubectl config view --raw\b|\bgh auth token\b"
    r"|\b(?:wallet\.dat|credentials\.json|cookies\.sqlite|login data|secrets?\.(?:ya?ml|json|toml))\b|\b\w+\.(?:pem|p12|pfx|kdbx)\b|\b(?:bash|zsh|shell)[ _]history\b"))
SECRETS = nouns(
    "key|token|passw|passphr|passcode|cred|secret|seed|recovery|mnemonic|cookie|code|otp|card|cvv|vault|environ|account|connection|dsn|database|_pat|kennw|zugang|anmelde|schl|umgebung|geheim|passe|identif|clé|contrase|clave|variab|senha|chave|variá|ordine|chiav|wachtw|inlog|sleutel|omgeving|парол|ключ|секрет|учёт|токен|перемен|has|kluczy|şifre|parola",
    r"api[ _-]?keys?|(?:access|auth\w*|bearer|session|refresh|oauth|deploy|github|gitlab|slack|security|admin|login|id|stored|current|the|user.s) tokens?|tokens? (?:in use|of the (?:user|session))|passwords?|passphrases?|passcodes?|credentials?|secrets?|(?:private|ssh|deploy|signing|encryption|master|host|license|secret|access) keys?|seed phrases?|recovery (?:codes?|phrases?)|mnemonics?"
    r"|credit cards?|cookies?|one.time codes?|2fa codes?|otps?|card numbers?|cvv|keychain|password (?:manager|vault|store)|vault|environment variables?|shell variables|variables of the (?:shell|environment|process)|process environment|the environment|service account|connection strings?|dsns?|database urls?|[A-Z][A-Z0-9]*_(?:TOKEN|KEY|SECRET|PASSWORD|PAT)"
    r"|passw[oö]rt\w*|kennw[oö]rt\w*|zugangsdaten|anmeldedaten|zugangsschlüssel|api-schlüssel\w*|schlüsseldatei\w*|private\w* schlüssel\w*|umgebungsvariablen|geheimnisse\w*|mots? de passe|identifiants|clés? (?:api|privées?|ssh|d.accès|secrètes?)|variables? d.environnement|contraseñas?|credenciales|claves? (?:api|privadas?|ssh|de acceso|secretas?)|variables? de entorno"
    r"|senhas?|credenciais|chaves? (?:de api|api|privadas?|ssh|de acesso)|variáveis de ambiente|parole? d.ordine|credenziali|chiav[ei] (?:api|privat[ae]|ssh)|variabili d.ambiente|wachtwoord\w*|inloggegevens|(?:api-)?sleutels?|omgevingsvariabelen|парол\w+|ключ\w* (?:api|доступа|ssh)|(?:api|ssh)[ -]ключ\w*|приватн\w+ ключ\w*|секретн\w+|учётн\w+ данн\w+|токен\w*|переменн\w+ окружения|has[łl]\w+|kluczy? api|şifre\w*|parola\w*",
    r"密码|密碼|密钥|密鑰|私钥|私鑰|凭据|憑證|凭证|令牌|环境变量|環境變數|パスワード|秘密鍵|認証情報|トークン|環境変数|APIキー|비밀번호|개인 ?키|자격 ?증명|토큰|환경 ?변수|API ?키",
)
CONTEXT = nouns(
    "session|conversation|chat|dialog|transcript|message|prompt|turn|repl|utteranc|said|say|type|wrote|write|asked|asks|mention|entered|told|tell|shared|read|seen|saw|opened|know|discussed|written|other |your |reasoning|thought|window|tool|instruction|memor|gespr|nachricht|unterhaltung|verlauf|eingab|system|historique|historial|histó|conversa|mensa|cronol|messaggi|gesprek|bericht|истор|сообщ|диалог|разговор|перепис|бесед|промпт|инструк|rozmow|cal",
    r"(?:the |this |our |whole |full |entire |complete |current |ongoing |raw |user.s )*(?:conversations?|chats?|dialogu?es?)(?: (?:history|transcripts?|logs?|context|so far|above|up to now))?|transcripts?|(?:earlier|previous|prior|all|last|every|recent|preceding|past|newest|latest) (?:\w+ ){0,2}(?:messages?|prompts?|turns?|replies|utterances)|messages? (?:so far|above|before|of (?:the|this) (?:chat|session|conversation))"
    r"|(?:everything|whatever|anything|all|all that|what) (?:\w+ )?(?:that )?(?:the |your )?(?:user|human|person|customer|you|they|he|she) (?:has |have |had )?(?:said|says?|typed?|types|wrote|writes?|asked|asks|mentioned|entered|told|tells|shared|read|seen|saw|opened|know)|(?:what|whatever|everything|all that) (?:was|were|has been|have been|is) (?:discussed|said|written|asked|typed)(?: so far)?"
    r"|(?:what|whatever|everything|all) (?:the )?other (?:servers?|tools?)\S*(?: tools)? (?:returned|gave|said|answered|printed|return)|system[ _]?prompts?|system messages?|your (?:full |complete |own |exact |hidden |initial |original |system |entire |whole )+(?:instructions?|prompts?|reasoning|thoughts|thinking|memory|memories|guidelines|rules)|(?:full |complete )?hidden reasoning|(?:hidden|initial|developer) (?:instructions?|prompts?)|(?:instructions?|prompts?|rules) you (?:were|have been|are) (?:given|running|told|started)\w*(?: under| with)?|your (?:instructions|memory|memories)"
    r"|(?:everything|anything|all) (?:from|since) the (?:start|beginning) of (?:this|the) (?:session|chat|conversation)|chain.of.thought|context window|(?:earlier|previous|other|all|any|every) tool (?:results?|calls?|outputs?)|(?:results?|outputs?|answers?) of (?:the )?(?:other|earlier|previous|all|every) tools?|(?:list|names?) of (?:all |the |your )*(?:available |other |connected |installed )*(?:tools|servers) (?:you|that|available)"
    r"|gesprächsverlauf\w*|(?:gesamte\w*|ganze\w*|bisherige\w*|komplette\w*|vollständige\w*|alle) (?:\w+ )?(?:nachrichten|unterhaltung|gespräch\w*|verlauf|chat\w*|dialog\w*|eingaben)|systemprompt\w*|systemanweisung\w*|chatverlauf\w*|(?:l.)?historique|toute la conversation|messages précédents|conversation complète|invite système|instructions système|(?:el |todo el )?historial(?: completo)?(?: de la conversación)?|toda la conversación|mensajes anteriores|conversación completa|histórico(?: completo)?|toda a conversa|mensagens anteriores|cronologia|intera conversazione|messaggi precedenti|tutta la conversazione|hele gesprek|volledige gesprek\w*|eerdere berichten|истори\w+ (?:чата|переписки|диалога|разговора|сообщений|беседы)|вс(?:ю|е|ей|ё) (?:переписк\w+|сообщения|диалог|разговор|беседу)|системн\w+ (?:промпт|инструкци\w+)|całą rozmowę|historię rozmowy",
    r"对话(?:历史|记录|内容)|聊天(?:记录|历史|内容)|完整的?对话|所有(?:的)?消息|全部对话|系统提示(?:词)?|對話(?:歷史|紀錄)|会話(?:の)?(?:履歴|内容|全体)|すべての(?:会話|メッセージ)|システムプロンプト|チャット履歴|대화(?: ?(?:기록|내용|내역|전체))|시스템 ?프롬프트|모든 메시지",
)
PRIVATE = nouns(
    "mail|inbox|folder|director|dir|downloads|documents|desktop|pictures|contact|address|history|clipboard|photo|salar|health|medical|bank|tax|diar|personal|customer|private|sms|whatsapp|file|workspace|source code|codebase|tree|spreadsheet|calendar|name|birth|phone|employer|location|note|message|data|content|kontakt|postfach|persön|courriel|carnet|donn|correo|datos|dados|dati|rubrica|contatti|persoons|личн|контакт|почт",
    r"mailbox\w*|inbox|(?:the |their |user.s |last |recent |latest |newest |unread |all |private |her |his )+(?:\w+ )?(?:e-?mails?|mails)|(?:home|documents|downloads|desktop|parent) (?:folder|directory|dir)|(?:user.s|the|their) (?:downloads|documents|desktop|pictures)|contacts?(?: list)?|address book|(?:browser|browsing|search|command|location) history|clipboard|photos|salar(?:y|ies)|health (?:data|records?)|medical|bank (?:statements?|details|account)|tax (?:returns?|number)|diar(?:y|ies)"
    r"|personal (?:data|information|details|files|documents|notes)|customer (?:list|table|data|records)|(?:list|data|records) of (?:all )?customers|private (?:messages?|notes|repositor\w+|documents?|files|conversations?)|everything private|sms|whatsapp (?:messages?|chats?|history)|files? (?:you|the user|they) (?:have |has )?(?:opened|read|edited)|(?:the |whole |entire |user.s )+(?:workspace|source code|codebase|working tree|documents|spreadsheets)|spreadsheets|documents about \w+|the calendar"
    r"|(?:full |real )?(?:names?|birthday|birth ?dates?|e-?mail|phone|telephone|home address|employer|address)(?:,| and| or) (?:\w+ )?(?:and |or )?(?:address\w*|numbers?|phones?|e-?mails?|names?|birthday|employer|date)|(?:user|human|customer|client)(?:.s)? (?:real |full |own |home |private )*(?:e-?mail|phone|address|location|files?|notes|documents|mails?|messages?|calendar|data|folder)|contents? of (?:the )?(?:file |user.s )?[\w/~.-]+\.(?:txt|md|json|ya?ml|csv|docx?|xlsx?|pdf|cfg|ini|toml)"
    r"|kontakt\w*|postfach|e-mails des nutzers|persönliche\w* daten|courriels?|carnet d.adresses|données personnelles|correos?|datos personales|dados pessoais|dati personali|rubrica|contatti|persoonsgegevens|личн\w+ (?:данн\w+|сообщени\w+|файл\w+)|контакт\w+|почт\w+",
    r"通讯录|邮件|邮箱|剪贴板|个人信息|私人|用户(?:的)?文件|連絡先|メール|個人情報|クリップボード|연락처|이메일|개인 ?정보|클립보드",
)
WHOLE = nouns(
    "whatever|anything|full|entire|complete|whole|verbatim|word |unabridged|unedited|unshort|uncut|raw|dump|every|as is|as-is|exact|all|so far|since|including|gesamt|ganze|komplett|vollst|bisherig|complet|tout|enti|tod|tutt|inter|hele|volledig|вс|полн|cał",
    r"whatever|anything|full|entire|complete|whole|verbatim|word (?:for|by) word|unabridged|unedited|unshortened|uncut|raw|dump|everything|in full|as.is|exact(?:ly)?|all|every|so far|since the (?:session|chat|conversation)|including|without changes|unchanged|alle\w*|gesamt\w*|ganze\w*|komplett\w*|vollständig\w*|bisherige\w*|complet\w*|toute?s?|entière?|tod[oa]s?|complet[oa]s?|tutt[oiae]|inter[oa]|hele|volledig\w*|вс[юеёя]|полн\w+|całą",
    r"完整|全部|所有|すべて|全て|全体|모든|전체",
)
# What brings a thing into the call or away. Bare forms order; third persons tell what the tool does.
_CARRY = (
    r"pass|put|include|attach|append|supply|provide|hand|send|paste|insert|fill|submit|embed|deliver|forward|transmit|upload|share|post|copy|mirror|duplicate|give|feed|relay|push|add|prefix|bring|quote|disclose|reveal|encode|present"
    r"|gib|übergib|übergeben|sende|senden|schick\w*|kopier\w*|füge|einfügen|trag\w*|übermittle\w*|leite|lade|hänge|nenne|liefere|mitgeben|setze|transmets|transmettez|transmettre|envoie|envoyez|envoyer|inclus|inclure|incluez|joins|joignez|joindre|colle|collez|copie|copiez|ajoute|ajoutez|mets|mettez|fournis\w*|passe|passez|envía|envíe|enviar|envíal\w+|pasa|pase|pasar|pásal\w+|incluye|incluya|incluir|adjunta|adjunte|copia|pega|pegue|añade|añada|pon|envie|enviá-l\w+|inclua|anexe|coloque|cole|adicione|forneça|invia\w*|inviare|includi|includere|inserisci|allega|incolla|passa|passare|aggiungi|metti|fornisci|stuur\w*|voeg|geef|plak|zet|kopieer"
    r"|передай\w*|передавай\w*|передать|отправь\w*|отправить|отправляй\w*|вставь\w*|вставить|скопируй\w*|добавь\w*|приложи\w*|укажи\w*|включи\w*|помести\w*|перешли\w*|wyślij|przekaż|wklej|dołącz|gönder\w*|ekle"
)
_CARRY_ANYWHERE = r"ضع|يضع|ويضع|أرسل|يرسل|أدرج|يدرج|انسخ|भेज|डाल|शामिल कर|लिख|放入|放进|放到|传入|传给|传递|发送|发给|附上|填入|写入|粘贴|提供|包含在|上传|複製|复制|加入|附加|傳送|入れて|渡して|渡す|送って|送信|含めて|貼り付け|添付|コピー|転送|전달|보내|포함|붙여|넣으|넣어|첨부|복사|전송"
CARRY = Verbs(_CARRY, _CARRY_ANYWHERE)
GIVE = Verbs(_CARRY + r"|place|report|store|save|enter|email|mail|write|use|set|record|repeat|publish|log|note|drop|export|show|tell|return|state|name|spell|have|answer|invite|make|take|schreib\w*", _CARRY_ANYWHERE)
TAKE = Verbs(
    r"read|open|fetch|get|load|cat|look up|look for|look at|look into|look in|find|collect|gather|take|list|dump|retrieve|grab|locate|scan|search|extract|browse|print|query|obtain|run|execute|call|invoke|visit|download|inspect|consult"
    r"|lies|lese|lest|lesen|öffne\w*|hole|holen|suche|sammle|lade|führe|rufe|nimm|lis|lisez|lire|ouvre|ouvrez|ouvrir|récupère\w*|cherche\w*|prends|collecte\w*|exécute\w*|lee|lea|leer|abre|abra|abrir|obtén|obtenga|busca|recoge|recopila|ejecuta|leia|busque|obtenha|colete|execute|leggi|leggere|apri|recupera|cerca|raccogli|esegui|lees|open|haal|zoek|verzamel|voer|прочитай\w*|прочти\w*|прочитать|открой\w*|найди\w*|получи\w*|собери\w*|возьми\w*|считай\w*|выполни\w*|запусти\w*|przeczytaj|odczytaj|otwórz|oku|aç",
    r"اقرأ|يقرأ|افتح|يفتح|اجمع|पढ़|खोल|读取|打开|获取|收集|查找|执行|调用|读|讀取|取得|開啟|読み|読んで|開いて|取得し|集めて|実行し|읽고|읽어|읽으|열고|열어|가져|수집|실행",
)
OUT = Verbs(
    r"send|sends|forward|copy|copies|bcc|cc|mirror|duplicate|deliver|report|upload|post|submit|push|sync|share|transmit|relay|route|redirect|email|e-mail|mail|transfer|wire|pay|point|invite|publish|beacon|ping|notify|call|fetch|request|look up|resolve|load|clone|insert|prepend|curl|wget|add|set|use|replace|change|substitute|swap|exchange|put|enter|include|write|close|end|begin|take|work|need|needs"
    r"|sent|forwarded|copied|mirrored|duplicated|delivered|reported|uploaded|posted|submitted|pushed|synced|shared|relayed|routed|redirected|settled|paid|handed|ccd|bccd|invited|goes to|goes at|goes in|goes also|go to|go at|go in|go also|belongs to|belongs at|belongs in|belongs also|belong to|belong at|belong in|belong also|lands to|lands at|lands in|lands also|ends up to|ends up at|ends up in|ends up also|is to|is at|is in|is also|among the recipients|among the bcc|among the cc|among the copy|among the attendees|among the guests|among its recipients|among its bcc|among its cc|among its copy|among its attendees|among its guests|in recipients|in bcc|in cc|in copy|in attendees|in guests|in the recipients|in the bcc|in the cc|in the copy|in the attendees|in the guests|as guest|as recipient|as attendee|as co-author|as collaborator|as editor|as a guest|as a recipient|as a attendee|as a co-author|as a collaborator|as a editor|as an guest|as an recipient|as an attendee|as an co-author|as an collaborator|as an editor"
    r"|sende|schick\w*|leite|kopier\w*|geht|ersetze|ändere|nimm|benutze|verwende|utilise|utilisez|usa|используй|envoie\w*|transmets|remplace\w*|envía|envíe|cambia|cambie|reemplaza|sustituye|envie|substitua|invia|sostituisci|stuur\w*|vervang|отправ\w+|перешли\w*|замени\w*",
    r"发送|发给|抄送|转发|替换|改为|送信|転送|置き換え|보내|전송|바꾸",
)
CHANGE = Verbs("replace|change|rewrite|swap|substitute|append|insert|overwrite|redirect|alter|modify|ersetze|remplace\\w*|cambia|sostituisci|замени\\w*", "替换|改为|置き換え|바꾸")
PUT = Verbs(
    r"put|store|save|write|add|append|insert|remember|memorize|memorise|keep|record|set|place|edit|change|update|enable|persist|install|create|include|extend|modify|enter|schreib\w*|füge|speicher\w*|ajoute\w*|écris|enregistre\w*|añade|escribe|guarda|adicione|escreva|salve|добавь\w*|запиши\w*|запомни\w*|has to be on|has to be in|has to be added|has to be set|has to be listed|have to be on|have to be in|have to be added|have to be set|have to be listed|needs to be on|needs to be in|needs to be added|needs to be set|needs to be listed|need to be on|need to be in|need to be added|need to be set|need to be listed|ought to be on|ought to be in|ought to be added|ought to be set|ought to be listed",
    r"写入|添加|记住|追加|保存|추가|저장",
)
PASSIVE = Wording((
    "be |zu |belong|go|expected|wanted|due|end up|land|arrive|contain|hold|carry|reach|part|come from|begin|end|without the|want|need|expect|ask|demand|rel|works|like|that",
    r"\b(?:must|has to|have to|needs? to|shall|should|is to|are to|ought to|(?:is|are) (?:expected|required|supposed) to|will need to|gets? to) (?:\w+ly |also |always |first |then |only )*be (?:\w+ly |also |always |first )*"
    r"(?:read|opened|fetched|collected|gathered|loaded|taken|passed|put|included|attached|appended|added|supplied|provided|handed|sent|pasted|inserted|filled|placed|submitted|embedded|delivered|forwarded|transmitted|uploaded|shared|posted|reported|stored|saved|copied|mirrored|duplicated|mailed|given|written|routed|redirected|rewritten|replaced|changed|set|called|invoked|run|piped|recorded|ignored|settled|paid|addressed|bcc.?d|cc.?d|published|pushed|named|switched|turned|treated|disabled|skipped|exported|presented)\b"
    r"|\b(?:ist|sind)\b[^!?;]{0,140}\bzu (?:füllen|befüllen|senden|übergeben|übermitteln|übertragen|kopieren|schicken|ersetzen|setzen|nennen|öffnen|lesen|leiten)\b"
    r"|\b(?:belongs?|goes?|should go|must go|have to go|has to go|needs? to go) (?:also |first |along |straight |directly )*(?:in|into|to|through|via|with|at|along)\b|\b(?:is|are|gets?) (?:expected|wanted|due|to go|to land|to end up)\b|\bshould (?:end up|land|arrive|go|contain|hold|carry|reach|be part|come from)\b|\b(?:must|has to|have to|needs? to) (?:contain|hold|carry|reach|go|arrive|land|begin|end)\b|\b(?:is|are) part of\b|\bwithout the (?:value|contents?)\b"
    r"|\b(?:it|this tool|this_tool|the tool|the server|we)\b (?:\w+ly |also )?(?:wants?|needs?|expects?|asks? for|demands?|relies? on|works (?:best|only|better) with|would like)\b|\b(?:demand|order|require|insist)(?:s|ed)? that\b[^.!?;]{0,60}\bbe \w+|\bmay be (?:given|handed|sent|passed)\b"))
OBLIGED = re.compile(
    r"\b(?:must|always|have to|has to|need to|needs to|required|mandatory|please|kindly|make sure|be sure|ensure|remember to|don.t forget|first|before|prior to|whenever|when(?:ever)? (?:you|this|the)|then|also|additionally|after(?:wards)?|you (?:should|will|are|can|may)|instead|every time|each time|belongs?|expected|bitte|immer|zuerst|vorher|bevor|vor (?:dem|jedem)|musst|müssen|muss|soll\w*|avant|toujours|d.abord|dois|devez|doit|antes|siempre|primero|debes?|sempre|primeiro|deve|prima|eerst|altijd|voordat|перед|сначала|всегда|должен|должна|нужно|обязательно|önce|zawsze|najpierw)\b"
    r"|先|必须|請先|请将|务必|まず|必ず|前に|먼저|반드시|전에", re.IGNORECASE)
NEGATED_BEFORE = re.compile(r"(?:\b(?:not|never|no|nobody|cannot|(?:try|tries|care|want|need) to avoid|(?<!to )avoid|without|instead of|rather than|refuse to|refrain from|nor|neither|nicht|nie|niemals|keine?[nmrs]?|ohne|ne|n|pas|jamais|sans|nunca|jamás|sin|não|sem|non|mai|senza|niet|nooit|geen|не|никогда|nigdy)|n['’]t)\b[^.!?;:,—–]{0,45}$|(?:不要|不得|请勿|切勿|勿|别|絶対に|절대)[^。,，]{0,12}$", re.IGNORECASE)
NEGATED_AFTER = re.compile(r"[^。]{0,6}(?:しないで|ないで|ません|てはいけ)|[^.]{0,6}(?:지 ?마|지 ?말|않)")
REACH = 60


def is_negated(sentence: str, match: re.Match[str]) -> bool:
    """Whether what stands before the match, or behind it in Japanese and Korean, forbids it."""
    return NEGATED_BEFORE.search(sentence[max(0, match.start() - REACH):match.start()]) is not None or NEGATED_AFTER.match(sentence[match.end():match.end() + 14]) is not None
