"""What words of an order are about: who is spoken to, what is to be done with what, and who must not know.

Two senses close together ("send" before "secret", "not" before "tell") say more than their words, and also of words that
no training text held.
"""

from __future__ import annotations

import functools
import re
from hashlib import blake2b

# Of the table of weights: as many that few features share one, as those that weigh something are some 30,000.
SLOTS = 1 << 20

SENSES = {
    "model": "ai ais assistant assistants agent agents model models llm llms claude copilot gpt chatgpt gemini cursor codex bot bots chatbot chatbots robot robots crawler crawlers summarizer summariser automation automations ki ia assistent asistente modell modelo modèle sprachmodell agente agentes agenten ии ассистент",
    "you": "you your yourself yours you're you've you'll you'd du dein deine deinen dir dich ihr sie ihre ihren tu te ton ta tes vous votre vos usted su tus voce você",
    "person": "user users user's human humans owner operator customer reviewer maintainer person someone anyone anybody people nobody boss client nutzer nutzerin benutzer anwender kunden utilisateur l'utilisateur usuario usuarios usuária developer developers",
    "must": "must should shall need needs required requires have obliged ensure mandatory obligatory expected supposed musst müssen sollst bitte debe debes doit devez dois please kindly make",
    "not": "not never no don't cannot can't without avoid nothing nobody refrain nor skip omit nicht kein keine ohne niemals ne pas sans jamais nunca sin não nie",
    "tell": "tell mention mentioning mentions inform informing notify notifying reveal say disclose warn alert admit acknowledge comment announce discuss erwähne erwähnen sag sage melden mentionne mentionner dire menciones avisar informar informer telling saying word notice flag",
    "ask": "ask asking asks confirm confirmation permission consent approval prompt question questions prompting frage fragen rückfrage nachfragen bestätigung demander preguntar confirmar confirmación confirmer wait",
    "write": "reply answer respond response output summary summarize summarise say state claim report print repeat write include insert add append mention recommend rate antworte antwort schreibe répondre réponse ponds responde respuesta resumen",
    "send": "send sends sending post posting forward forwarding upload uploading email mail transmit submit relay share deliver attach bcc cc exfiltrate leak sync report copy push publish export schicke senden sende hochladen weiterleiten envoie envoyer envoyez transmets envía enviar reenvía transfer ping curl fetch wget",
    "secret": "key keys token tokens credential credentials password passwords passphrase secret secrets env ssh cookie cookies history transcript conversation certificate wallet environment variables variable login pin seed config contents zugangsdaten passwort schlüssel geheimnisse clés clé identifiants contraseña contraseñas claves credenciales inbox mailbox contacts <secret>",
    "run": "run running execute executing invoke call install launch start apply perform trigger bash shell command commands script tool tools eval pipe terminal ausführen führe befehl exécute exécuter commande ejecuta ejecutar comando open visit load download follow obey comply",
    "harm": "delete deleting remove removing disable disabling drop erase wipe overwrite bypass turn off force chmod sudo root revoke merge approve grant pay buy wire kill stop truncate rm rf reset clear purge uninstall deactivate weaken lösche löschen deaktiviere supprime supprimer désactive elimina borra desactiva override skip relax rewrite",
    "aside": "ignore ignoring disregard forget override overrides supersede supersedes replaced replaces instead previous prior earlier above longer anymore void cancelled obsolete outdated superseded lifted suspended expired aside former preceding before new updated ignoriere vergiss bisherigen vorherigen ignorez précédentes anteriores ignora olvida",
    "rule": "instructions instruction rules rule directive directives policy policies guidelines guideline orders order task tasks prompt prompts message request restrictions restriction constraints limits guardrails protections objective goal job mission anweisungen anweisung regeln aufgabe consignes instrucciones reglas tarea règles tâche system",
    "authority": "admin administrator administrators authorized authorised approved approves security compliance official verified trusted urgent urgently critical immediately clearance allowed permitted cleared authority anthropic openai management legal signed pre-approved vetted whitelisted autorisiert genehmigt freigegeben autorisé approuvé autorizado aprobado policy audit it",
    "quiet": "silently quietly silent secretly hidden invisible background unnoticed confidential discreetly quiet secret private yourself between heimlich still vertraulich discrètement silence silencio secreto unannounced unmentioned noise unprompted",
    "when": "if when before after once while whenever until unless prior first then next wenn bevor sobald si avant antes cuando",
    "lasting": "always every future subsequent remember permanently session sessions forever memory onwards henceforth now ongoing standing rest remainder onward immer künftig ab toujours siempre désormais",
    "place": "<url> <mail> endpoint webhook server address remote host url link site website pastebin",
    "work": "reading processing summarizing summarising reviewing parsing analysing analyzing handling helping working read reads processes summarizes reviews parse review summarise complete continue proceed finish finishing completing continuing task",
    "guard": "checks check sandbox safety protection filters review reviews verification validation tests test approvals confirmations prompts warning warnings hooks firewall logging monitoring scanner scan safeguards",
    "money": "payment invoice bank account amount iban refund card order euros dollars usd eur transfer wallet bitcoin",
    "we": "we our us they their he she his her i my i'm we'll we're",
    "attack": "attack attacks attacker attackers injection injections malicious payload payloads vulnerability vulnerable detects detected exploit exploited exploits researchers phishing victim cve jailbreak attempt attempts untrusted adversary attacked attacking injected inject injecting injects vulnerabilities exploitation researcher victims jailbreaks jailbreaking adversaries adversarial hijack hijacked hijacking hijacks poisoned poisoning threat threats defense defenses defence defences defender defenders guardrail guardrails mitigation mitigations mitigate mitigated detect detecting detection detector detectors classifier classifiers exfiltration exfiltrated exfiltrates malware owasp mitre angriff angriffe angreifer schadcode injektion attaque attaques attaquant attaquants malveillant malveillante malveillantes ataque ataques atacante atacantes inyección inyecciones malicioso maliciosa injeção атака атаки атак злоумышленник злоумышленника инъекция инъекции инъекций внедрение",
    "example": "example examples e.g. such like called quoted quote says sample demonstrates shows",
    "told": "was were had did been sent asked told ran deleted said wrote changed fixed added removed got",
}
SENSES_OF: dict[str, tuple[str, ...]] = {}
for _sense, _words in SENSES.items():
    for _word in _words.split():
        SENSES_OF[_word] = (*SENSES_OF.get(_word, ()), _sense)
# A text that holds some of these tells of attacks, more than it is one.
OF_ATTACKS = frozenset(SENSES["attack"].split())
# How many words apart two senses may stand.
NEAR = 7
EDGE = "\"'`,:;!?()[]*_~…“”‘’«»"
PLAIN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
NAME = re.compile(r"[/_\\$<>{}=]")
# What is longer tells no more, and what is remembered of texts stays small.
LONGEST_WORD = 64
# Scripts that put no spaces between words: each sign counts as one.
SIGN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
SECRET_FILE = re.compile(r"\.env\b|\.ssh|\.aws|\.npmrc|\.netrc|\.kube|id_rsa|id_ed25519|secret|passw|token|credential|_key")


@functools.cache
def slot_of_name(name: str) -> int:
    """The slot of a feature that is known by its name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=16).digest()[:4], "little") % SLOTS


def senses_near(words: tuple[str, ...]) -> set[int]:
    """Slots of a sentence: two senses close together, in order ("send>secret"), and the sense it begins with ("^>run")."""
    found = {slot_of_name(f"^>{sense}") for sense in SENSES_OF.get(words[0], ())} if words else set()
    places = [(place, SENSES_OF[word]) for place, word in enumerate(words) if word in SENSES_OF]
    for number, (place, senses) in enumerate(places):
        for other, earlier in places[max(0, number - NEAR):number]:
            if place - other <= NEAR:
                found |= _followed(earlier, senses)
    return found


@functools.cache
def _followed(first: tuple[str, ...], second: tuple[str, ...]) -> frozenset[int]:
    """Slots of one word that follows another, by their senses; of all pairs few ever meet."""
    return frozenset(slot_of_name(f"{one}>{other}") for one in first for other in second if one != other)


def words_in(low: str) -> list[str]:
    """The words of a text in small letters; what is no plain word (addresses, mail addresses, names, files of secrets) by its kind."""
    words: list[str] = []
    if not low.isascii():
        low = SIGN.sub(r" \g<0> ", low)
    for chunk in low.split():
        if chunk.isalpha():
            words.append(chunk)
        else:
            words += _words_of(chunk[:LONGEST_WORD])
    return words


@functools.lru_cache(maxsize=4096)
def _words_of(chunk: str) -> tuple[str, ...]:
    chunk = chunk.rstrip(EDGE + ".").lstrip(EDGE)
    if "://" in chunk:
        return ("<url>",)
    if SECRET_FILE.search(chunk):
        return ("<secret>",)
    if "@" in chunk[1:]:
        return ("<mail>",)
    if NAME.search(chunk):
        return ("<name>",)
    return tuple(PLAIN.findall(chunk.replace("’", "'")))
