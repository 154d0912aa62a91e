"""Programs that talk to other machines. One row each; see `spec.Spec`."""

from __future__ import annotations

from sensor.effects.programs.spec import Spec
from sensor.effects.programs.spec import spec_row as _spec

NETWORK_PROGRAMS: dict[str, Spec] = {
    # network
    "curl": _spec(
        "none", hosts="url",
        values="X request H header d data data-raw data-ascii data-binary data-urlencode json F form "
               "form-string A user-agent e referer x proxy socks5 m max-time connect-timeout retry "
               "retry-delay retry-max-time w write-out u user T upload-file b cookie r range cacert "
               "capath E cert key C continue-at y Y z resolve connect-to interface limit-rate url "
               "max-redirs url-query expand-url expand-upload-file expand-output output-dir aws-sigv4 oauth2-bearer ciphers unix-socket abstract-unix-socket "
               "doh-url proxy-user rate variable expand-data",
        reads="K config E cert key cacert netrc-file upload-file T etag-compare",
        writes="o output c cookie-jar D dump-header trace trace-ascii stderr etag-save hsts alt-svc libcurl",
        names="o:output O:remote-name L:location s:silent S:show-error f:fail X:request H:header d:data "
              "F:form T:upload-file k:insecure u:user A:user-agent x:proxy I:head b:cookie K:config G:get "
              "J:remote-header-name",
    ),
    "wget": _spec(
        "none", hosts="url",
        values="t tries T timeout U user-agent header post-data body-data method e execute A R D Q w wait "
               "limit-rate user password http-user http-password B base o append-output",
        reads="post-file body-file i input-file load-cookies ca-certificate certificate private-key",
        writes="O output-document o output-file a append-output P directory-prefix",
        names="O:output-document q:quiet c:continue r:recursive m:mirror P:directory-prefix i:input-file",
    ),
    "aria2c": _spec("none", hosts="url", values="x s j k", writes="o out", folder="d dir"),
    "axel": _spec("none", hosts="url", writes="o output"),
    "http": _spec("none", hosts="url", values="a auth A", writes="o output", names="o:output d:download"),
    "https": _spec("none", hosts="url", writes="o output"),
    "xh": _spec("none", hosts="url", writes="o output"),
    "xhs": _spec("none", hosts="url", writes="o output"),
    "httpie": _spec("none", hosts="url"),
    "lynx": _spec("none", hosts="url", single=True),
    "w3m": _spec("none", hosts="url"),
    "links": _spec("none", hosts="url"),
    "fetch": _spec("none", hosts="url", writes="o"),
    "GET": _spec("none", hosts="url"),
    "POST": _spec("none", hosts="url"),
    "lwp-request": _spec("none", hosts="url", values="m b t i c C H"),
    "ftp": _spec("none", hosts="url"),
    "lftp": _spec("none", hosts="url", values="c e u p"),
    "tftp": _spec("none", hosts="url"),
    "websocat": _spec("none", hosts="url"),
    "wscat": _spec("none", hosts="url", values="c connect"),
    "grpcurl": _spec("none", hosts="url", values="d H import-path proto"),
    "nc": _spec(
        "none", hosts="ssh", values="p s w i q e c X x", names="l:listen e:exec c:sh-exec u:udp k:keep-open p:port",
    ),
    "ncat": _spec(
        "none", hosts="ssh", values="p s w i e c sh-exec exec", names="l:listen e:exec c:sh-exec k:keep-open",
    ),
    "netcat": _spec("none", hosts="ssh", values="p s w i e c", names="l:listen e:exec c:sh-exec"),
    "socat": _spec("none"),
    "telnet": _spec("none", hosts="ssh", values="l"),
    "socket": _spec("none", hosts="ssh", values="p"),
    "ping": _spec("none", hosts="url", values="c i s t W w p"),
    "dig": _spec("none", hosts="url", values="t x p"),
    "nslookup": _spec("none", hosts="url"),
    "host": _spec("none", hosts="url", values="t"),
    "drill": _spec("none", hosts="url"),
    "traceroute": _spec("none", hosts="url"),
    "nmap": _spec("none", hosts="url", values="p oN oX oG oA"),
    "openvpn": _spec("reads"),
    "whois": _spec("none", hosts="url"),
    "ssh": _spec(
        "none", hosts="ssh", values="b c D e F I i J L l m O o p Q R S W w B", reads="i F", writes="E",
        names="N:no-command L:local-forward R:remote-forward D:dynamic-forward",
    ),
    "mosh": _spec("none", hosts="ssh", values="p ssh"),
    "autossh": _spec("none", hosts="ssh", values="M L R D i p o"),
    "sshpass": _spec("none", values="p f d"),
    "ssh-copy-id": _spec("none", hosts="ssh", reads="i", values="p o"),
    "ssh-keyscan": _spec("none", hosts="url", values="t p T f"),
    "mail": _spec("none", values="s c b r", reads="a A", hosts=""),
    "mailx": _spec("none", values="s", reads="a"),
    "mutt": _spec("none", values="s", reads="a"),
    "sendmail": _spec("none", values="f"),
    "swaks": _spec("none", values="to from server body header attach s", reads="", hosts=""),
}
