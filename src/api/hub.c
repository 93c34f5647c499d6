/* Live events: a text queue per open stream, filled by publishers, emptied by the HTTP threads.
 * A stream with nothing to send is suspended and takes no thread; whoever publishes wakes it. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "api/http.h"

enum { STREAMS_MAX = 1000, QUEUE_MAX = 64 * 1024, BLOCK = 4096 };
#define BEAT_NS (15 * INT64_C(1000000000))

struct stream {
    struct stream *next, **before;
    struct hub *hub;
    struct MHD_Connection *con;
    int fd;
    int64_t user; /* 0: not signed in */
    struct buf queue;
    size_t sent; /* bytes of the queue that are gone */
    int64_t last_ns;
    bool suspended, dropped;
};

struct hub {
    pthread_mutex_t lock; /* over everything here and in the streams */
    struct stream *first;
    unsigned n;
    bool closing;
};

struct hub *hub_new(void)
{
    struct hub *h = calloc(1, sizeof *h);
    if (h)
        pthread_mutex_init(&h->lock, NULL);
    return h;
}

struct hub *hub_free(struct hub *h)
{
    if (h)
        pthread_mutex_destroy(&h->lock);
    free(h);
    return NULL;
}

static void wake(struct stream *s)
{
    if (s->suspended) {
        s->suspended = false;
        MHD_resume_connection(s->con);
    }
}

/* The client may be asleep with a full socket, where no callback comes any more: closing the socket's both ways wakes the thread that
 * serves it. The descriptor is open as long as the stream is listed: the library closes it only after stream_end. */
static void drop(struct stream *s)
{
    if (s->dropped)
        return;
    s->dropped = true;
    buf_release(&s->queue);
    s->sent = 0;
    if (s->fd >= 0)
        shutdown(s->fd, SHUT_RDWR);
    wake(s);
}

static void push(struct stream *s, const char *text, size_t len, int64_t now_ns)
{
    if (s->dropped)
        return;
    if (s->sent == s->queue.len) {
        buf_clear(&s->queue);
        s->sent = 0;
    } else if (s->sent > QUEUE_MAX / 2) {
        memmove(s->queue.data, s->queue.data + s->sent, s->queue.len - s->sent);
        s->queue.len -= s->sent;
        s->sent = 0;
    }
    if (s->queue.len - s->sent + len > QUEUE_MAX) {
        drop(s);
        return;
    }
    buf_add(&s->queue, text, len);
    if (s->queue.failed) {
        drop(s);
        return;
    }
    s->last_ns = now_ns;
    wake(s);
}

void hub_publish(struct hub *h, int64_t user, const char *text, size_t len)
{
    int64_t now_ns = clock_monotonic_ns();
    pthread_mutex_lock(&h->lock);
    for (struct stream *s = h->first; s; s = s->next)
        if (!user || s->user == user)
            push(s, text, len, now_ns);
    pthread_mutex_unlock(&h->lock);
}

void hub_beat(struct hub *h, int64_t now_ns)
{
    static const char beat[] = ": beat\n\n";
    pthread_mutex_lock(&h->lock);
    for (struct stream *s = h->first; s; s = s->next)
        if (now_ns - s->last_ns >= BEAT_NS)
            push(s, beat, sizeof beat - 1, now_ns);
    pthread_mutex_unlock(&h->lock);
}

unsigned hub_count(struct hub *h)
{
    pthread_mutex_lock(&h->lock);
    unsigned n = h->n;
    pthread_mutex_unlock(&h->lock);
    return n;
}

void hub_close(struct hub *h)
{
    pthread_mutex_lock(&h->lock);
    h->closing = true;
    for (struct stream *s = h->first; s; s = s->next)
        drop(s);
    pthread_mutex_unlock(&h->lock);
}

/* The library wants more of the body. */
static ssize_t stream_read(void *cls, uint64_t pos, char *out, size_t max)
{
    (void)pos;
    struct stream *s = cls;
    ssize_t r = 0;
    pthread_mutex_lock(&s->hub->lock);
    size_t left = s->queue.len - s->sent;
    if (s->dropped || s->hub->closing) {
        r = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (left) {
        r = (ssize_t)(left < max ? left : max);
        memcpy(out, s->queue.data + s->sent, (size_t)r);
        s->sent += (size_t)r;
    } else {
        s->suspended = true;
        MHD_suspend_connection(s->con);
    }
    pthread_mutex_unlock(&s->hub->lock);
    return r;
}

static void stream_end(void *cls)
{
    struct stream *s = cls;
    struct hub *h = s->hub;
    pthread_mutex_lock(&h->lock);
    *s->before = s->next;
    if (s->next)
        s->next->before = s->before;
    h->n--;
    pthread_mutex_unlock(&h->lock);
    buf_release(&s->queue);
    free(s);
}

struct MHD_Response *hub_join(struct hub *h, int64_t user, struct MHD_Connection *con)
{
    /* The first bytes make the client's open event come at once, and tell it how soon to come back. */
    static const char hello[] = "retry: 3000\n\n";
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);
    s->hub = h;
    s->con = con;
    s->user = user;
    s->fd = info ? info->connect_fd : -1;
    s->last_ns = clock_monotonic_ns();
    buf_add(&s->queue, hello, sizeof hello - 1);
    struct MHD_Response *rs = s->queue.failed ? NULL
                                              : MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK,
                                                                                  stream_read, s, stream_end);
    pthread_mutex_lock(&h->lock);
    bool full = h->n >= STREAMS_MAX || h->closing;
    if (rs) {
        s->next = h->first;
        s->before = &h->first;
        if (h->first)
            h->first->before = &s->next;
        h->first = s;
        h->n++;
    }
    pthread_mutex_unlock(&h->lock);
    if (!rs) {
        buf_release(&s->queue);
        free(s);
        return NULL;
    }
    if (full) {
        MHD_destroy_response(rs);
        return NULL;
    }
    return rs;
}
