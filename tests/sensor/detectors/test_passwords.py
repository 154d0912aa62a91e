from __future__ import annotations

import pytest

from sensor.detectors.passwords import NAME_OF_PASSWORD, OTHER_WORDS, PLACES, is_chosen, is_given, is_placed
from sensor.patterns import syntax
from sensor.patterns.passes import PatternPass, compile_exact

WORD = "blue" + "harbor"

STANDS_IN = [
    "ENV MYSQL_ROOT_PASSWORD={}", "ENV DB_PASSWORD {}", "export PASSWORD={}", "PASSWORD=\"{}\" ./run", "spring.datasource.password={}", "password: {}\n",
    "db:\n  password: {}\n", "[main]\npassword = {}9\n", "username: bob\npassword = {}\n", "    storePassword '{}'\n", "$pass = \"{}\";", "let password: &str = \"{}\";",
    "<add key=\"DbPassword\" value=\"{}\"/>", "- name: DB_PASSWORD\n  value: {}\n", "<property name=\"password\" value=\"{}\"/>", "<password>{}</password>",
    "<key>UserPassword</key>\n<string>{}</string>", "<string name=\"db_password\">{}</string>", "  DBPassword:\n    Type: String\n    Default: {}\n",
    "password(name: 'X', defaultValue: '{}')", "variable \"db_password\" {{\n  default = \"{}\"\n}}", "requirepass {}", "ansible_become_pass: {}",
    "machine h login bob password {}", "db.acme.net:5432:app:bob:{}", "Server=db;Database=a;User Id=bob;Password={};", "Password={};Server=db;",
    "jdbc:mysql://h/db?user=bob&password={}", "getConnection(\"jdbc:h2:mem:x\", \"bob\", \"{}\")", "https://h.acme.net/login?user=bob&password={}", "host=h user=bob password={}",
    "sshpass -p {} ssh h", "mysql -u root -p{} app", "docker login -u bob -p {} registry.acme.net", "redis-cli -h h -a {}", "ldapsearch -D cn=bob -w {}",
    "smbclient //h/s -U bob%{}", "net use Z: //h/s /user:bob {}", "psexec h -u bob -p {} cmd", "mongosh -u bob -p {} db", "htpasswd -b f bob {}", "echo root:{} | chpasswd",
    "echo {} | sudo -S id", "openssl rsa -passin pass:{}", "keytool -genkey -storepass {}", "7z a -p{} a.7z b", "zip -P {} a.zip b", "ConvertTo-SecureString \"{}\"",
    "CREATE USER bob IDENTIFIED BY '{}';", "ALTER ROLE bob WITH PASSWORD '{}';", "set password for bob = password('{}')", "rabbitmqctl add_user bob {}", "tool -Password {}9",
    "user.setPassword(\"{}\");", "os.environ.get(\"DB_PASSWORD\", \"{}\")", "define('DB_PASSWORD', '{}');", "NetworkCredential(\"bob\", \"{}\")", "login(\"bob\", \"{}\")",
    "jdbc:oracle:thin:bob/{}@db1:1521:x", "sqlplus bob/{}@ORCL", "network={{\n ssid=\"home\"\n psk=\"{}\"\n}}", "helm install a b --set auth.password={}", "wget --http-password={}9 https://x",
    "**Password:** `{}`", "| password | {}9 |",
    "The default password for bob is \"{}\"", "a session with the password '{}'",
]
STANDS_NOT_IN = [
    "password: string", "password: str\n", "password = request.form[\"password\"]", "password: required\n", "password=password\n", "password: ${DB_PASSWORD}\n",
    "PASSWORD=$(pass show x)", "password: {{ vault }}\n", "<password>${db.password}</password>", "password = get_password()\n", "password: hashed,", "password = args.password\n",
    "export PASSWORD=$1", "password: z.string().min(8)", "password = None\n", "user.setPassword(password);", "docker login -u $U -p $P", "docker login --password-stdin",
    "mysql -u root -p app", "password: <your password>\n", "GIT_ASKPASS=echo", "PWD=/home/x", "OLDPWD=/home/x", "password: !vault |\n", "type Password = string", "redis-cli -a \"$REDIS\"",
    "ALTER USER x PASSWORD '$PW'", "password: process.env.PW", "password: Optional[str] = None", "secret: inherit\n", "secretName: my-app\n", "password: credentials.password,",
    "password = settings.DB_PASSWORD\n", "password: SecretStr\n", "    password: Password!\n", "passphrase: Uint8Array\n", "PASSWORD=\n", "the --username and --password options",
    "with the password `", "passwordLabel=Password", "| password | string |", "| Password | what the user types |", "**Password:** see below", "api_key: ask your admin for one\n",
    "helm install --set auth.password=$PW", "psk = keys.psk\n", "connect http://h/a@b",
]


def placed(text):
    """What stands in a password's place, and can be one."""
    data = text.encode()
    values = [match.group(1).decode() for place in PLACES for match in compile_exact(place).finditer(data)]
    return [value for value in values if is_placed(value)]


@pytest.mark.parametrize("text", STANDS_IN)
def test_a_chosen_word_in_a_passwords_place_is_seen(text):
    assert any(value.startswith(WORD) for value in placed(text.format(WORD)))


@pytest.mark.parametrize("text", STANDS_NOT_IN)
def test_types_variables_and_code_are_no_passwords(text):
    assert placed(text) == []


@pytest.mark.parametrize("place", PLACES)
def test_places_are_linear_and_have_one_group(place):
    assert not any("linear" in complaint for complaint in syntax.complaints(place))
    assert compile_exact(place, native=False).groups == 1


def test_every_engine_finds_the_same_places():
    native, plain = PatternPass(PLACES), PatternPass(PLACES, native=False)
    for text in STANDS_IN + STANDS_NOT_IN:
        data = text.format(WORD).encode() if text in STANDS_IN else text.encode()
        assert native.hits(data) == plain.hits(data), text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (WORD, True), (WORD + "$x", True), ("Harbor-9", True), ("${X}", False), ("$HARBOR", False), ("config.password", False), ("xxxxxxxx", False), ("aaaa", False), ("string", False),
        ("newPassword", False), ("confirm_password", False), ("userpass1", True), ("abc", False), ("two words", False), ("/run/secrets/db", False), ("admin", False),
    ],
)
def test_what_a_person_can_have_chosen(value, expected):
    assert is_chosen(value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("passphrase: violet otter under frost\n", ["violet otter under frost"]), ("password: enter your new password\n", []), ("forgot_password: link sent by mail\n", [])],
)
def test_a_line_of_plain_words_is_a_passphrase_unless_it_speaks_of_one(text, expected):
    assert placed(text) == expected


def test_everybodys_passwords_count_only_in_their_place():
    assert is_placed("admin") and not is_chosen("admin")
    assert not is_placed("password")


@pytest.mark.parametrize(
    ("name", "between", "value", "expected"),
    [
        ("db_password", "\": \"", WORD, True), ("password", " == '", WORD, True), ("password", "('", WORD, False), ("password_hint", "='", WORD, False),
        ("password", "='", "Password", False), ("password", "='", "Kennwort", False), ("password", "='", "short", False), ("secret", "='", "abababababababababababab", False),
        ("db_password", "='", "db_password", False), ("password", "='", ",.:-?!", False),
        ("password", " = '", "violet otter", True), ("api_key", ": '", "violet otter under frost", True), ("password_of_bob_second", " = '", "violet otter under frost", True),
        ("password", ": '", "new password", False), ("password", "('", "violet otter", False), ("api_key", ": '", "violet otter", False), ("password_hint", "='", "violet otter under frost", False),
        ("title", "='", "violet otter under frost", False), ("password_error", "='", "words do not match", False),
    ],
)
def test_quoted_words_given_to_a_password(name, between, value, expected):
    assert is_given(name, between, value) is expected


def test_names_of_passwords_end_in_the_word():
    assert NAME_OF_PASSWORD.search("dbPassword") and NAME_OF_PASSWORD.search("config[secret]") and not NAME_OF_PASSWORD.search("password_policy")
    assert all(word == word.lower() for word in OTHER_WORDS)
