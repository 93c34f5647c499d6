/* SM4 as HJ 212-2025 uses it: vectors, both forms on the wire, and what cannot be deciphered. */
#include "support.h"

#include <errno.h>
#include <openssl/crypto.h>

#include "base/scoped.h"

static const uint8_t zeros[16] = "0000000000000000"; /* the annex's key: sixteen characters '0' */

static void hex_of(const void *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        sprintf(out + 2 * i, "%02X", ((const unsigned char *)bytes)[i]);
}

static void test_vectors(void **state)
{
    (void)state;
    /* SM4's standard vector: key and text are the same. */
    uint8_t text[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
                         0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10 };
    char hex[64];
    struct hj212_key *k = hj212_key_new(text);
    assert_non_null(k);
    assert_int_equal(hj212_encipher(k, text, 16), 0);
    hex_of(text, 16, hex);
    assert_string_equal(hex, "681EDF34D206965E86B3E94F536E4246");
    assert_int_equal(hj212_decipher(k, text, 16), 0);
    hex_of(text, 16, hex);
    assert_string_equal(hex, "0123456789ABCDEFFEDCBA9876543210");
    hj212_key_free(k);

    /* HJ 212-2025's annex. */
    char area[] = "DataTime=2024052";
    k = hj212_key_new(zeros);
    assert_non_null(k);
    assert_int_equal(hj212_encipher(k, area, 16), 0);
    hex_of(area, 16, hex);
    assert_string_equal(hex, "E43E159ACFAB242CB53155FB8B9281A1");

    /* What is no whole block stays. */
    char rest[] = "DataTime=2024052512";
    assert_int_equal(hj212_encipher(k, rest, 19), 0);
    assert_memory_equal(rest, area, 16);
    assert_memory_equal(rest + 16, "512", 3);
    char little[] = "DataTime=202405";
    assert_int_equal(hj212_encipher(k, little, 15), 0);
    assert_string_equal(little, "DataTime=202405");
    assert_int_equal(hj212_encipher(k, rest, 10000), -EMSGSIZE);
    hj212_key_free(k);
    hj212_key_free(NULL);
}

static void test_media_token(void **state)
{
    (void)state;
    static const char text[] = "testuser:AezF0nZRs4kypuGO";
    static char large[1025];
    static const uint8_t key[16] = { 'm', 's', 'b', 'E', '7', '4', 'g', 's',
                                     'i', 'S', 'H', 'S', 'E', 'h', '5', 'e' };
    struct buf out = BUF_INIT;
    assert_int_equal(hj212_media_token(key, text, sizeof text - 1, &out), 0);
    assert_string_equal(out.data, "LG/m7lsFU/taig+vbQsDJXy4NGAaE2j2lplPwhZM7iM=");
    assert_int_equal(hj212_media_token(key, large, sizeof large, &out), -EMSGSIZE);
    buf_release(&out);
}

static struct hj212_head head_of(struct hj212_key *k, bool printed)
{
    return (struct hj212_head){ .qn = "20240601085857223",
                                .st = "31",
                                .pw = "123456",
                                .mn = "010000A8900016F000169DC0",
                                .cn = 2051,
                                .edition = HJ212_2025,
                                .answer_wanted = true,
                                .key = k,
                                .printed = printed };
}

static const char cp[] =
    "DataTime=20240525120000;a21026-Min=1.10,a21026-Avg=2.20,a21026-Max=3.30,a21026-Flag=N";

/* CRC and length are those of the clear frame; raw has its size too. */
static void test_forms(void **state)
{
    (void)state;
    struct hj212_key *k = hj212_key_new(zeros);
    struct hj212_head clear_head = head_of(NULL, false), raw_head = head_of(k, false),
                      printed_head = head_of(k, true);
    struct buf clear = BUF_INIT, raw = BUF_INIT, printed = BUF_INIT;
    assert_int_equal(hj212_build(&clear, &clear_head, cp, sizeof cp - 1), 0);
    assert_int_equal(hj212_build(&raw, &raw_head, cp, sizeof cp - 1), 0);
    assert_int_equal(hj212_build(&printed, &printed_head, cp, sizeof cp - 1), 0);
    assert_int_equal(raw.len, clear.len);
    assert_memory_equal(raw.data, clear.data, 6);
    assert_memory_equal(printed.data, clear.data, 6);
    assert_memory_equal(raw.data + raw.len - 6, clear.data + clear.len - 6, 6);
    assert_memory_equal(printed.data + printed.len - 6, clear.data + clear.len - 6, 6);
    assert_non_null(strstr(printed.data, "CP=&&{0xE4,0x3E,0x15,"));
    size_t whole = (sizeof cp - 1) / 16 * 16;
    assert_int_equal(printed.len, clear.len - whole + 5 * whole + 1);
    assert_non_null(strstr(printed.data, "}"));

    static struct hj212_item items[HJ212_ITEMS_MAX];
    static char store[HJ212_CLEAR_MAX];
    const struct {
        const struct buf *wire;
        enum hj212_cipher cipher;
        const char *faults;
    } forms[] = { { &clear, HJ212_CLEAR, "" },
                  { &raw, HJ212_CIPHER_RAW, "" },
                  { &printed, HJ212_CIPHER_PRINTED, "printed_cipher" } };
    struct buf codes = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        struct hj212_reading r = take_all(k, store);
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        assert_int_equal(hj212_read(&r, forms[i].wire->data, forms[i].wire->len, items, &f, &used, &why),
                         HJ212_FRAME);
        assert_int_equal(used, forms[i].wire->len);
        assert_view("CP", f.cp, cp);
        assert_int_equal(f.n_items, 5);
        assert_view("Max", f.item[3].value, "3.30");
        assert_int_equal(f.cipher, forms[i].cipher);
        assert_string_equal(fault_codes(f.faults, &codes), forms[i].faults);
        /* Torn at every byte: never a frame before the last of the CRC, never a refusal. */
        for (size_t n = 0; n < forms[i].wire->len - 2; n++)
            assert_int_equal(hj212_read(&r, forms[i].wire->data, n, items, &f, &used, &why), HJ212_NEED_MORE);
        used = forms[i].wire->len;
        /* Without the key, with another key, and by a receiver that does not look for ciphers. */
        uint8_t other[16] = { 1 };
        struct hj212_key *wrong = hj212_key_new(other);
        for (int way = 0; way < 3 && i > 0; way++) {
            struct hj212_reading q = take_all(way == 1 ? wrong : NULL, way == 2 ? NULL : store);
            assert_int_equal(hj212_read(&q, forms[i].wire->data, forms[i].wire->len, items, &f, &used, &why),
                             HJ212_REFUSED);
            if (way < 2) {
                assert_int_equal(why, HJ212_CIPHER);
                assert_int_equal(used, forms[i].wire->len);
                assert_view("MN", f.mn, "010000A8900016F000169DC0");
                assert_int_equal(f.n_items, 0);
            } else {
                assert_true(why == HJ212_CRC || why == HJ212_ITEMS || why == HJ212_LENGTH);
            }
        }
        hj212_key_free(wrong);
    }
    /* A damaged CRC proves nothing, so it is not taken. */
    char *digit = raw.data + raw.len - 3;
    *digit = *digit == '0' ? '1' : '0';
    struct hj212_reading r = take_all(k, store);
    struct hj212_frame f;
    enum hj212_reason why;
    size_t used;
    assert_int_equal(hj212_read(&r, raw.data, raw.len, items, &f, &used, &why), HJ212_REFUSED);
    assert_int_equal(why, HJ212_CIPHER);
    buf_release(&codes);
    buf_release(&clear);
    buf_release(&raw);
    buf_release(&printed);
    hj212_key_free(k);
}

/* Cipher bytes may hold anything, CR LF and ## and && too: frames are cut by their length. Many keys and areas, back to back. */
static void test_stream(void **state)
{
    (void)state;
    uint64_t seed = test_seed();
    static struct hj212_item items[HJ212_ITEMS_MAX];
    static char store[HJ212_CLEAR_MAX];
    for (int round = 0; round < 200; round++) {
        uint8_t key[16];
        struct buf wire = BUF_INIT;
        for (size_t i = 0; i < sizeof key; i++)
            key[i] = (uint8_t)test_next(&seed);
        struct hj212_key *k = hj212_key_new(key);
        assert_non_null(k);
        enum { FRAMES = 12 };
        struct buf areas[FRAMES] = { 0 };
        for (int n = 0; n < FRAMES; n++) {
            struct hj212_head h = head_of(test_below(&seed, 4) ? k : NULL, test_below(&seed, 3) == 0);
            h.sum = (enum hj212_sum)test_below(&seed, HJ212_SUMS);
            h.address = test_below(&seed, 5) ? NULL : "0007";
            buf_adds(&areas[n], "DataTime=20240525120000");
            for (size_t i = test_below(&seed, 30); i > 0; i--)
                buf_addf(&areas[n], ";a%05d-Avg=%d", (int)test_below(&seed, 99999),
                         (int)test_below(&seed, 1000));
            assert_int_equal(hj212_build(&wire, &h, areas[n].data, areas[n].len), 0);
        }
        struct hj212_reading r = take_all(k, store);
        size_t at = 0, used = 0;
        for (int n = 0; n < FRAMES; n++, at += used) {
            struct hj212_frame f;
            enum hj212_reason why;
            enum hj212_found found = hj212_read(&r, wire.data + at, wire.len - at, items, &f, &used, &why);
            if (found != HJ212_FRAME)
                fail_msg("round %d, frame %d: %s", round, n, hj212_reason_name(why));
            assert_view("CP", f.cp, areas[n].data);
            buf_release(&areas[n]);
        }
        assert_int_equal(at, wire.len);
        buf_release(&wire);
        hj212_key_free(k);
    }
}

static _Atomic int allocations;

static void *counted_malloc(size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    allocations++;
    return malloc(n);
}

static void *counted_realloc(void *p, size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    allocations++;
    return realloc(p, n);
}

static void counted_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    free(p);
}

/* Deciphering allocates nothing: neither here nor, what is counted, inside the crypto library. */
static void test_no_allocation(void **state)
{
    (void)state;
    static struct hj212_item items[HJ212_ITEMS_MAX];
    static char store[HJ212_CLEAR_MAX];
    static const char area[] = "DataTime=20240525120000;w01018-Avg=40.1,w01018-Flag=N";
    struct hj212_key *k = hj212_key_new(zeros);
    struct buf wire = BUF_INIT;
    struct hj212_head raw = head_of(k, false), printed = head_of(k, true);
    assert_int_equal(hj212_build(&wire, &raw, area, sizeof area - 1), 0);
    assert_int_equal(hj212_build(&wire, &printed, area, sizeof area - 1), 0);
    struct hj212_reading r = take_all(k, store);
    assert_true(allocations > 0); /* the counter counts */
    int before = allocations;
    for (int i = 0; i < 1000; i++)
        for (size_t at = 0, used = 0; at < wire.len; at += used) {
            struct hj212_frame f;
            enum hj212_reason why;
            assert_int_equal(hj212_read(&r, wire.data + at, wire.len - at, items, &f, &used, &why),
                             HJ212_FRAME);
        }
    assert_int_equal(allocations, before);
    buf_release(&wire);
    hj212_key_free(k);
}

/* With another key nothing is read, also where its check sum is right by chance (1 in 256). */
static void test_other_keys(void **state)
{
    (void)state;
    uint64_t seed = test_seed();
    static struct hj212_item items[HJ212_ITEMS_MAX];
    static char store[HJ212_CLEAR_MAX];
    uint8_t other[16];
    for (size_t i = 0; i < sizeof other; i++)
        other[i] = (uint8_t)test_next(&seed);
    struct hj212_key *k = hj212_key_new(zeros), *o = hj212_key_new(other);
    struct hj212_reading r = take_all(o, store);
    for (int i = 0; i < 20000; i++) {
        struct buf wire = BUF_INIT;
        struct hj212_head h = head_of(k, false);
        char area[80];
        /* The whole blocks differ from frame to frame: the sum is linear, so what stays the same in clear and in cipher tests one case. */
        int len = snprintf(area, sizeof area, "DataTime=2024%02d%02d%02d0000;w01018-Avg=%d", i % 12 + 1,
                           i % 28 + 1, i % 24, i);
        assert_int_equal(hj212_build(&wire, &h, area, (size_t)len), 0);
        struct hj212_frame f;
        enum hj212_reason why = HJ212_OK;
        size_t used;
        enum hj212_found found = hj212_read(&r, wire.data, wire.len, items, &f, &used, &why);
        if (found != HJ212_REFUSED || why != HJ212_CIPHER)
            fail_msg("frame %d: %d %s", i, found, hj212_reason_name(why));
        buf_release(&wire);
    }
    hj212_key_free(o);
    hj212_key_free(k);
}

/* A length that leads into something like a printed cipher and is none. */
static void test_printed_refusals(void **state)
{
    (void)state;
    static const char *const streams[] = {
        "##0050CP=&&{0xE4,0x3E}&&2200\r\n",                    /* not whole blocks */
        "##0060CN=1;MN=1;CP=&&{0xE4,0xZZ,0x11}&&2200\r\n    ", /* no digits */
        "##0012CP=&&{0xE4,0x3E,0x00,0x00}&&2200\r\n",          /* more bytes than the length has */
        "##0030CN=1;MN=1;CP=&&{}&&2200\r\n          ",
        "##0040CN=1;MN=1;CP=&&{0xE4;0x3E,0x00,0x00}&&2200\r\n",
    };
    static struct hj212_item items[HJ212_ITEMS_MAX];
    static char store[HJ212_CLEAR_MAX];
    struct hj212_key *k = hj212_key_new(zeros);
    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        struct hj212_reading r = take_all(k, store);
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        enum hj212_found found = hj212_read(&r, streams[i], strlen(streams[i]), items, &f, &used, &why);
        if (found == HJ212_FRAME)
            fail_msg("%s", streams[i]);
    }
    hj212_key_free(k);
}

int main(void)
{
    /* Before the library has allocated anything. */
    CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_allocation),
        cmocka_unit_test(test_other_keys),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_media_token),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_printed_refusals),
    };
    return cmocka_run_group_tests_name("codec/cipher", tests, NULL, NULL);
}
