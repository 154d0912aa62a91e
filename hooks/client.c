/* The hook client, compiled: one frame to the sensor, one answer to the agent (sensor/wire.py describes the frame).
 *
 *     handrail-hook --agent NAME [--conf FILE] [--unanswered CODE]
 *
 * It holds no policy and allocates nothing: start-up is the cost of a hook. Whatever keeps the sensor's answer away
 * leads to the Python client (hooks/client.py), which starts the sensor or decides locally; it gets the event on its
 * standard input and the reason as `--handover WORD`. With `--unanswered` (the shell wrapper) it ends with that exit
 * code instead. Build: packaging/build_client.sh.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/ucred.h>
#endif
#ifdef __linux__
#include <sys/mman.h>
#endif

#define MAX_BODY (16 * 1024 * 1024)
#define MAX_REPLY (256 * 1024)
#define MAX_HEADER 512
#define CONNECT_MS 50
#define INPUT_MS 5000

/* Untouched pages of these cost nothing. The request header is put directly before the body. */
static char input[MAX_HEADER + MAX_BODY + 1];
static char *const body = input + MAX_HEADER;
static size_t body_length;
static int truncated;
static char reply[MAX_HEADER + MAX_REPLY + 1];
static char conf[16384];
static char conf_path[4096];
static const char *agent = "unknown";
static const char *conf_socket, *conf_python, *conf_client;
static long timeout_ms = 300;
static int unanswered = -1; /* exit code without an answer; below 0: hand over */
static volatile sig_atomic_t stopped, late;

static void on_signal(int number) {
    if (number == SIGALRM) late = 1;
    else stopped = 1;
}

/* From now on whatever waits is interrupted after `ms`, and again every 10 ms, so that no wait can be entered in between. 0: never.
 * A timer instead of a clock and poll: it needs fewer pages and calls. */
static void set_deadline(long ms) {
    struct itimerval when = {.it_interval = {.tv_usec = ms ? 10000 : 0}, .it_value = {ms / 1000, ms % 1000 * 1000}};
    late = 0;
    setitimer(ITIMER_REAL, &when, NULL);
}

/* Why a wait that was interrupted has to end, or NULL. */
static const char *over(void) {
    return stopped ? "interrupted" : late ? "timeout" : NULL;
}

/* 0 when not everything could be written. For answers that is no error: the agent no longer reads. */
static int write_all(int file, const char *data, size_t length) {
    while (length > 0) {
        ssize_t done = write(file, data, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return 0;
        data += done;
        length -= (size_t)done;
    }
    return 1;
}

static void read_options(int count, char **words) {
    const char *given = NULL;
    for (int i = 1; i + 1 < count; i++) {
        if (!strcmp(words[i], "--agent")) agent = words[++i];
        else if (!strcmp(words[i], "--conf")) given = words[++i];
        else if (!strcmp(words[i], "--unanswered")) unanswered = (int)(strtol(words[++i], NULL, 10) & 255);
    }
    for (const char *c = agent; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-')) agent = "unknown";
    if (strlen(agent) == 0 || strlen(agent) > 64) agent = "unknown";
    if (given) {
        snprintf(conf_path, sizeof conf_path, "%s", given);
        return;
    }
    const char *slash = strrchr(words[0], '/');
    char self[3072];
    ssize_t length = slash ? snprintf(self, sizeof self, "%s", words[0]) : readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0 || (size_t)length >= sizeof self) return;
    self[length] = 0;
    char *cut = strrchr(self, '/');
    if (cut) *cut = 0;
    snprintf(conf_path, sizeof conf_path, "%s/handrail-hook.conf", self);
}

/* The `key=value` lines of the settings file. A missing file leaves everything unset. */
static void read_conf(void) {
    int file = open(conf_path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t length = read(file, conf, sizeof conf - 1);
    close(file);
    if (length <= 0) return;
    conf[length] = 0;
    for (char *line = conf; line;) {
        char *end = strchr(line, '\n');
        if (end) *end = 0;
        char *value = strchr(line, '=');
        if (value && *line != '#') {
            *value++ = 0;
            if (!strcmp(line, "socket")) conf_socket = value;
            else if (!strcmp(line, "python")) conf_python = value;
            else if (!strcmp(line, "client")) conf_client = value;
            else if (!strcmp(line, "timeout_ms")) timeout_ms = strtol(value, NULL, 10);
        }
        line = end ? end + 1 : NULL;
    }
    if (timeout_ms < 1 || timeout_ms > 600000) timeout_ms = 300;
}

/* Standard input up to the cap; the rest is read and dropped, so that the agent can finish. */
static const char *read_event(void) {
    set_deadline(INPUT_MS);
    for (;;) {
        if (over()) return "interrupted";
        size_t room = MAX_BODY + 1 - body_length;
        ssize_t got = room > 0 ? read(0, body + body_length, room) : read(0, reply, sizeof reply);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return "unreadable";
        if (got == 0) break;
        if (room > 0) body_length += (size_t)got;
    }
    if (body_length > MAX_BODY) {
        body_length = MAX_BODY;
        truncated = 1;
    }
    return NULL;
}

static int is_ours(int s) {
#ifdef __APPLE__
    struct xucred who;
    socklen_t size = sizeof who;
    return getsockopt(s, 0 /* SOL_LOCAL */, LOCAL_PEERCRED, &who, &size) == 0 && who.cr_uid == getuid();
#else
    struct ucred who;
    socklen_t size = sizeof who;
    return getsockopt(s, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.uid == getuid();
#endif
}

static const char *connect_to(int *s) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!conf_socket || strlen(conf_socket) >= sizeof address.sun_path) return "unreachable";
    strcpy(address.sun_path, conf_socket);
#ifdef SOCK_CLOEXEC
    *s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
    *s = socket(AF_UNIX, SOCK_STREAM, 0);
    if (*s >= 0) fcntl(*s, F_SETFD, FD_CLOEXEC);
#endif
    if (*s < 0) return "unreachable";
    set_deadline(CONNECT_MS);
    while (connect(*s, (struct sockaddr *)&address, sizeof address) != 0) {
        if (errno == ENOENT) return "absent";
        if (errno == ECONNREFUSED) return "refused";
        if (errno != EINTR) return "unreachable";
        if (over()) return "busy"; /* the queue of the socket is full */
    }
    return is_ours(*s) ? NULL : "foreign";
}

/* A number of a header line ("... key=12 ..."), or -1. */
static long field(const char *header, const char *key) {
    size_t length = strlen(key);
    for (const char *at = header; (at = strstr(at, key)); at += length) {
        if (at[-1] != ' ') continue;
        char *end;
        if (at[length] < '0' || at[length] > '9') return -1;
        long value = strtol(at + length, &end, 10);
        return (*end == ' ' || *end == 0) && end - (at + length) <= 9 ? value : -1;
    }
    return -1;
}

/* The reply frame; `hold` frames before it move the deadline, as a person is being asked. Ends the program on success. */
static const char *read_reply(int s) {
    size_t have = 0;
    for (;;) {
        reply[have] = 0;
        char *newline = memchr(reply, '\n', have);
        if (newline) {
            size_t used = (size_t)(newline - reply) + 1;
            *newline = 0;
            if (!strncmp(reply, "HR1 hold ", 9)) {
                long more = field(reply + 1, "ms=");
                if (more < 0) return "garbage";
                set_deadline(more > 0 ? more : 1);
                have -= used;
                memmove(reply, newline + 1, have);
                continue;
            }
            if (strncmp(reply, "HR1 reply ", 10)) return strncmp(reply, "HR", 2) || !strncmp(reply, "HR1 ", 4) ? "garbage" : "version";
            long code = field(reply + 1, "exit="), out = field(reply + 1, "out="), err = field(reply + 1, "err=");
            if (code < 0 || code > 255 || out < 0 || err < 0 || out + err > MAX_REPLY) return "garbage";
            if (have - used >= (size_t)(out + err)) {
                write_all(1, newline + 1, (size_t)out);
                write_all(2, newline + 1 + out, (size_t)err);
                _exit((int)code);
            }
            *newline = '\n';
        } else if (have > MAX_HEADER) {
            return "garbage";
        }
        if (have >= sizeof reply - 1) return "garbage";
        if (over()) return over();
        ssize_t got = recv(s, reply + have, sizeof reply - 1 - have, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return "closed";
        have += (size_t)got;
    }
}

static const char *ask(void) {
    int s = -1;
    const char *problem = connect_to(&s);
    if (problem) return problem;
    char header[MAX_HEADER];
    int length = snprintf(header, sizeof header, "HR1 hook agent=%s len=%zu truncated=%d\n", agent, body_length, truncated);
    char *frame = body - length;
    memcpy(frame, header, (size_t)length);
    size_t left = body_length + (size_t)length;
    set_deadline(timeout_ms);
    while (left > 0) {
        if (over()) return over();
#ifdef MSG_NOSIGNAL
        ssize_t sent = send(s, frame, left, MSG_NOSIGNAL);
#else
        ssize_t sent = send(s, frame, left, 0);
#endif
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return "closed";
        frame += sent;
        left -= (size_t)sent;
    }
    return read_reply(s);
}

/* A file without a name that holds the event. */
static int nameless_file(void) {
#ifdef __linux__
    int file = memfd_create("handrail-event", 0);
    if (file >= 0) return file;
#endif
    char name[] = "/tmp/handrail-event-XXXXXX";
    int other = mkstemp(name);
    if (other >= 0) unlink(name);
    return other;
}

static void hand_over(const char *reason) {
    if (!conf_python || !conf_client) return;
    int file = nameless_file();
    if (file < 0) return;
    if (!write_all(file, body, body_length)) return;
    if (lseek(file, 0, SEEK_SET) != 0 || dup2(file, 0) != 0) return;
    if (file != 0) close(file);
    const char *words[] = {conf_python, "-I", "-S", conf_client, "--agent", agent, "--conf", conf_path,
                           "--handover", reason, "--truncated", truncated ? "1" : "0", NULL};
    execv(conf_python, (char **)words);
}

/* The answer when the Python client cannot run either: no where something can be stopped, silence elsewhere. */
static void last_resort(void) {
    static const char *const stopping[] = {"PreToolUse", "PreSkillShellCommand", "PermissionRequest", "preToolUse", "before", "subagentStart"};
    static const char error[] = "Handrail could not judge this call and is broken: run `handrail doctor`.\n";
    static const char denial[] =
        "{\"continue\":true,\"permission\":\"deny\",\"user_message\":\"Handrail is broken: run `handrail doctor`.\","
        "\"agent_message\":\"Handrail could not judge this call.\"}";
    int stops = 1;
    body[body_length] = 0;
    char *event = strstr(body, "\"hook_event_name\"");
    if (event && (event = strchr(event + 17, '"'))) {
        stops = 0;
        for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
            if (!strncmp(event + 1, stopping[i], strlen(stopping[i]))) stops = 1;
    }
    if (!strcmp(agent, "cursor")) {
        if (stops) write_all(1, denial, sizeof denial - 1);
        else write_all(1, "{}", 2);
    }
    write_all(2, error, sizeof error - 1);
    _exit(stops && strcmp(agent, "cursor") ? 2 : 0);
}

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL); /* without SA_RESTART: whatever waits ends, and the agent still gets an answer */
    sigaction(SIGALRM, &action, NULL);
    read_options(count, words);
    read_conf();
    const char *problem = read_event();
    if (!problem) problem = ask();
    if (unanswered >= 0) _exit(unanswered);
    set_deadline(0); /* a timer outlives exec */
    stopped = 0;
    hand_over(problem);
    last_resort();
}
