#include "srtp.h"

#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "replay.h"

#define KEY_SIZE 16
#define SALT_SIZE 14 /* GCM uses the first 12 bytes */
#define GCM_SALT_SIZE 12
#define GCM_TAG_SIZE 16
#define AUTH_KEY_SIZE 20
#define SHA1_TAG_SIZE 10
#define SHA1_SIZE 20

#define RTP_HEADER_SIZE 12
#define RTCP_HEADER_SIZE 8
#define INDEX_SIZE 4
#define ENCRYPTED_FLAG UINT32_C(0x80000000)
#define INDEX_LIMIT (UINT64_C(1) << 31)

/* RFC 3711 section 4.3.2; RTCP's labels follow RTP's at this distance. */
enum { LABEL_ENCRYPTION, LABEL_AUTHENTICATION, LABEL_SALT, LABELS_OF_RTCP };

/* The session keys of RTP or of RTCP. */
struct keys {
    EVP_CIPHER_CTX *cipher;
    EVP_MAC_CTX *mac; /* NULL with GCM */
    uint8_t salt[SALT_SIZE];
};

struct stream {
    uint32_t ssrc;
    struct replay rtp;
    struct replay rtcp;
    uint32_t next_rtcp_index; /* of what is sent */
};

struct srtp {
    enum srtp_profile profile;
    struct keys rtp;
    struct keys rtcp;
    size_t stream_count;
    uint32_t ssrcs[SRTP_MAX_STREAMS]; /* apart from the streams, to be searched in few cache lines */
    struct stream *streams[SRTP_MAX_STREAMS];
};

size_t srtp_key_size(enum srtp_profile profile)
{
    return KEY_SIZE + (profile == SRTP_AEAD_AES_128_GCM ? GCM_SALT_SIZE : SALT_SIZE);
}

/* The key-derivation function of RFC 3711 section 4.3.3, as which AES in counter mode serves. */
static bool derive(const uint8_t *master, const uint8_t *master_salt, uint8_t label, uint8_t *out, int size)
{
    static const uint8_t zeros[32];
    uint8_t iv[16] = {0};
    memcpy(iv, master_salt, SALT_SIZE);
    iv[7] ^= label;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int written;
    bool done = cipher && EVP_EncryptInit_ex(cipher, EVP_aes_128_ctr(), NULL, master, iv) &&
                EVP_EncryptUpdate(cipher, out, &written, zeros, size);
    EVP_CIPHER_CTX_free(cipher);
    return done;
}

static EVP_MAC_CTX *new_mac(const uint8_t *key)
{
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = algorithm ? EVP_MAC_CTX_new(algorithm) : NULL;
    EVP_MAC_free(algorithm);
    char digest[] = "SHA1";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    if (mac && EVP_MAC_init(mac, key, AUTH_KEY_SIZE, parameters))
        return mac;
    EVP_MAC_CTX_free(mac);
    return NULL;
}

static bool keys_init(struct keys *keys, enum srtp_profile profile, const uint8_t *key, uint8_t first_label)
{
    bool gcm = profile == SRTP_AEAD_AES_128_GCM;
    uint8_t master_salt[SALT_SIZE] = {0}, session_key[KEY_SIZE], auth_key[AUTH_KEY_SIZE];
    memcpy(master_salt, key + KEY_SIZE, srtp_key_size(profile) - KEY_SIZE);
    keys->cipher = EVP_CIPHER_CTX_new();
    return keys->cipher && derive(key, master_salt, first_label + LABEL_ENCRYPTION, session_key, KEY_SIZE) &&
           derive(key, master_salt, first_label + LABEL_AUTHENTICATION, auth_key, AUTH_KEY_SIZE) &&
           derive(key, master_salt, first_label + LABEL_SALT, keys->salt, SALT_SIZE) &&
           EVP_CipherInit_ex(keys->cipher, gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), NULL, session_key, NULL, 1) &&
           (gcm || (keys->mac = new_mac(auth_key)) != NULL);
}

static void keys_free(struct keys *keys)
{
    EVP_CIPHER_CTX_free(keys->cipher);
    EVP_MAC_CTX_free(keys->mac);
}

struct srtp *srtp_new(enum srtp_profile profile, const uint8_t *key)
{
    struct srtp *srtp = calloc(1, sizeof *srtp);
    if (!srtp)
        return NULL;
    srtp->profile = profile;
    if (keys_init(&srtp->rtp, profile, key, 0) && keys_init(&srtp->rtcp, profile, key, LABELS_OF_RTCP))
        return srtp;
    srtp_free(srtp);
    return NULL;
}

void srtp_free(struct srtp *srtp)
{
    if (!srtp)
        return;
    keys_free(&srtp->rtp);
    keys_free(&srtp->rtcp);
    for (size_t i = 0; i < srtp->stream_count; i++)
        free(srtp->streams[i]);
    free(srtp);
}

static struct stream *find_stream(struct srtp *srtp, uint32_t ssrc)
{
    for (size_t i = 0; i < srtp->stream_count; i++)
        if (srtp->ssrcs[i] == ssrc)
            return srtp->streams[i];
    return NULL;
}

/* What is known of an SSRC; `fresh` is filled in for one that was never seen. */
static enum srtp_status look_up(struct srtp *srtp, uint32_t ssrc, struct stream *fresh, struct stream **found)
{
    *found = find_stream(srtp, ssrc);
    if (*found)
        return SRTP_OK;
    if (srtp->stream_count == SRTP_MAX_STREAMS)
        return SRTP_TOO_MANY_STREAMS;
    memset(fresh, 0, sizeof *fresh);
    fresh->ssrc = ssrc;
    *found = fresh;
    return SRTP_OK;
}

/* Keeps a stream whose first packet went well. */
static enum srtp_status keep(struct srtp *srtp, const struct stream *stream, const struct stream *fresh)
{
    if (stream != fresh)
        return SRTP_OK;
    struct stream *kept = malloc(sizeof *kept);
    if (!kept)
        return SRTP_FAILED;
    *kept = *fresh;
    srtp->ssrcs[srtp->stream_count] = kept->ssrc;
    srtp->streams[srtp->stream_count++] = kept;
    return SRTP_OK;
}

/* The size of the RTP header with its extension, or 0 if the packet is shorter. */
static size_t rtp_header_size(const uint8_t *packet, size_t size)
{
    if (size < RTP_HEADER_SIZE)
        return 0;
    size_t header = RTP_HEADER_SIZE + 4 * (size_t)(packet[0] & 0x0F);
    if (packet[0] & 0x10) {
        if (header + 4 > size)
            return 0;
        header += 4 + 4 * (size_t)load16(packet + header + 2);
    }
    return header <= size ? header : 0;
}

/* RFC 7714 sections 8.1 and 9.1: both forms put SSRC and index at the same places of the 12 bytes. */
static void gcm_iv(uint8_t iv[12], const struct keys *keys, uint32_t ssrc, uint64_t index)
{
    store16(iv, 0);
    store32(iv + 2, ssrc);
    store16(iv + 6, (uint16_t)(index >> 32));
    store32(iv + 8, (uint32_t)index);
    for (int i = 0; i < 12; i++)
        iv[i] ^= keys->salt[i];
}

/* RFC 3711 section 4.1.1. */
static void ctr_iv(uint8_t iv[16], const struct keys *keys, uint32_t ssrc, uint64_t index)
{
    memcpy(iv, keys->salt, SALT_SIZE);
    iv[14] = iv[15] = 0;
    store32(iv + 4, load32(iv + 4) ^ ssrc);
    store16(iv + 8, load16(iv + 8) ^ (uint16_t)(index >> 32));
    store32(iv + 10, load32(iv + 10) ^ (uint32_t)index);
}

/* What one packet is sealed or opened with. `trailer` is authenticated besides the header. */
struct packet_view {
    const struct keys *keys;
    uint32_t ssrc;
    uint64_t index;
    const uint8_t *header;
    size_t header_size;
    const uint8_t *trailer;
    size_t trailer_size;
    uint8_t *body;
    size_t body_size;
};

static bool gcm_begin(const struct packet_view *view, bool encrypt)
{
    uint8_t iv[12];
    int written;
    EVP_CIPHER_CTX *cipher = view->keys->cipher;
    gcm_iv(iv, view->keys, view->ssrc, view->index);
    return EVP_CipherInit_ex(cipher, NULL, NULL, NULL, iv, encrypt) &&
           EVP_CipherUpdate(cipher, NULL, &written, view->header, (int)view->header_size) &&
           (!view->trailer_size ||
            EVP_CipherUpdate(cipher, NULL, &written, view->trailer, (int)view->trailer_size)) &&
           EVP_CipherUpdate(cipher, view->body, &written, view->body, (int)view->body_size);
}

static bool gcm_seal(const struct packet_view *view, uint8_t *tag)
{
    int written;
    return gcm_begin(view, true) && EVP_CipherFinal_ex(view->keys->cipher, tag, &written) &&
           EVP_CIPHER_CTX_ctrl(view->keys->cipher, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_SIZE, tag);
}

static bool gcm_open(const struct packet_view *view, uint8_t *tag)
{
    int written;
    return gcm_begin(view, false) &&
           EVP_CIPHER_CTX_ctrl(view->keys->cipher, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_SIZE, tag) &&
           EVP_CipherFinal_ex(view->keys->cipher, tag, &written) > 0;
}

static bool ctr_crypt(const struct packet_view *view)
{
    uint8_t iv[16];
    int written;
    ctr_iv(iv, view->keys, view->ssrc, view->index);
    return EVP_CipherInit_ex(view->keys->cipher, NULL, NULL, NULL, iv, 1) &&
           EVP_CipherUpdate(view->keys->cipher, view->body, &written, view->body, (int)view->body_size);
}

static bool sha1_tag(const struct packet_view *view, uint8_t tag[SHA1_SIZE])
{
    size_t written;
    EVP_MAC_CTX *mac = view->keys->mac;
    return EVP_MAC_init(mac, NULL, 0, NULL) && EVP_MAC_update(mac, view->header, view->header_size) &&
           EVP_MAC_update(mac, view->body, view->body_size) &&
           EVP_MAC_update(mac, view->trailer, view->trailer_size) && EVP_MAC_final(mac, tag, &written, SHA1_SIZE);
}

static bool seal(const struct srtp *srtp, const struct packet_view *view, uint8_t *tag)
{
    if (srtp->profile == SRTP_AEAD_AES_128_GCM)
        return gcm_seal(view, tag);
    uint8_t whole[SHA1_SIZE];
    if (!ctr_crypt(view) || !sha1_tag(view, whole))
        return false;
    memcpy(tag, whole, SHA1_TAG_SIZE);
    return true;
}

static bool open_sealed(const struct srtp *srtp, const struct packet_view *view, uint8_t *tag)
{
    if (srtp->profile == SRTP_AEAD_AES_128_GCM)
        return gcm_open(view, tag);
    uint8_t whole[SHA1_SIZE];
    return sha1_tag(view, whole) && CRYPTO_memcmp(whole, tag, SHA1_TAG_SIZE) == 0 && ctr_crypt(view);
}

static size_t tag_size(const struct srtp *srtp)
{
    return srtp->profile == SRTP_AEAD_AES_128_GCM ? GCM_TAG_SIZE : SHA1_TAG_SIZE;
}

/* With HMAC the roll-over counter is authenticated after the packet; with GCM it is part of the IV. */
static struct packet_view rtp_view(const struct srtp *srtp, uint8_t *packet, size_t header, size_t end,
                                   uint64_t index, uint8_t *roll_over)
{
    store32(roll_over, (uint32_t)(index >> 16));
    return (struct packet_view){
        .keys = &srtp->rtp, .ssrc = load32(packet + 8), .index = index,
        .header = packet, .header_size = header,
        .trailer = roll_over, .trailer_size = srtp->profile == SRTP_AEAD_AES_128_GCM ? 0 : 4,
        .body = packet + header, .body_size = end - header,
    };
}

enum srtp_status srtp_protect_rtp(struct srtp *srtp, uint8_t *packet, size_t *size)
{
    struct stream fresh, *stream;
    uint8_t roll_over[4];
    size_t header = rtp_header_size(packet, *size);
    if (!header)
        return SRTP_MALFORMED;
    enum srtp_status status = look_up(srtp, load32(packet + 8), &fresh, &stream);
    if (status != SRTP_OK)
        return status;
    uint64_t index = replay_guess(&stream->rtp, load16(packet + 2));
    if (!replay_is_new(&stream->rtp, index))
        return SRTP_REPLAYED;
    struct packet_view view = rtp_view(srtp, packet, header, *size, index, roll_over);
    if (!seal(srtp, &view, packet + *size))
        return SRTP_FAILED;
    replay_mark(&stream->rtp, index);
    *size += tag_size(srtp);
    return keep(srtp, stream, &fresh);
}

enum srtp_status srtp_unprotect_rtp(struct srtp *srtp, uint8_t *packet, size_t *size)
{
    struct stream fresh, *stream;
    uint8_t roll_over[4];
    size_t header = rtp_header_size(packet, *size);
    if (!header || *size < header + tag_size(srtp))
        return SRTP_MALFORMED;
    enum srtp_status status = look_up(srtp, load32(packet + 8), &fresh, &stream);
    if (status != SRTP_OK)
        return status;
    uint64_t index = replay_guess(&stream->rtp, load16(packet + 2));
    if (!replay_is_new(&stream->rtp, index))
        return SRTP_REPLAYED;
    size_t end = *size - tag_size(srtp);
    struct packet_view view = rtp_view(srtp, packet, header, end, index, roll_over);
    if (!open_sealed(srtp, &view, packet + end))
        return SRTP_NOT_AUTHENTIC;
    replay_mark(&stream->rtp, index);
    *size = end;
    return keep(srtp, stream, &fresh);
}

static struct packet_view rtcp_view(const struct srtp *srtp, uint8_t *packet, size_t end, const uint8_t *index_word)
{
    return (struct packet_view){
        .keys = &srtp->rtcp, .ssrc = load32(packet + 4), .index = load32(index_word) & ~ENCRYPTED_FLAG,
        .header = packet, .header_size = RTCP_HEADER_SIZE,
        .trailer = index_word, .trailer_size = INDEX_SIZE,
        .body = packet + RTCP_HEADER_SIZE, .body_size = end - RTCP_HEADER_SIZE,
    };
}

/* The index comes last with GCM (RFC 7714 section 9.2), and before the tag with HMAC (RFC 3711 section 3.4). */
static void rtcp_trailer(const struct srtp *srtp, uint8_t *end, uint8_t **index_word, uint8_t **tag)
{
    bool gcm = srtp->profile == SRTP_AEAD_AES_128_GCM;
    *index_word = gcm ? end + GCM_TAG_SIZE : end;
    *tag = gcm ? end : end + INDEX_SIZE;
}

enum srtp_status srtp_protect_rtcp(struct srtp *srtp, uint8_t *packet, size_t *size)
{
    struct stream fresh, *stream;
    uint8_t *index_word, *tag;
    if (*size < RTCP_HEADER_SIZE)
        return SRTP_MALFORMED;
    enum srtp_status status = look_up(srtp, load32(packet + 4), &fresh, &stream);
    if (status != SRTP_OK)
        return status;
    if (stream->next_rtcp_index == INDEX_LIMIT)
        return SRTP_REPLAYED;
    rtcp_trailer(srtp, packet + *size, &index_word, &tag);
    store32(index_word, stream->next_rtcp_index | ENCRYPTED_FLAG);
    struct packet_view view = rtcp_view(srtp, packet, *size, index_word);
    if (!seal(srtp, &view, tag))
        return SRTP_FAILED;
    stream->next_rtcp_index++;
    *size += INDEX_SIZE + tag_size(srtp);
    return keep(srtp, stream, &fresh);
}

enum srtp_status srtp_unprotect_rtcp(struct srtp *srtp, uint8_t *packet, size_t *size)
{
    struct stream fresh, *stream;
    uint8_t *index_word, *tag;
    if (*size < RTCP_HEADER_SIZE + INDEX_SIZE + tag_size(srtp))
        return SRTP_MALFORMED;
    size_t end = *size - INDEX_SIZE - tag_size(srtp);
    rtcp_trailer(srtp, packet + end, &index_word, &tag);
    if (!(load32(index_word) & ENCRYPTED_FLAG))
        return SRTP_NOT_AUTHENTIC;
    enum srtp_status status = look_up(srtp, load32(packet + 4), &fresh, &stream);
    if (status != SRTP_OK)
        return status;
    struct packet_view view = rtcp_view(srtp, packet, end, index_word);
    if (!replay_is_new(&stream->rtcp, view.index))
        return SRTP_REPLAYED;
    if (!open_sealed(srtp, &view, tag))
        return SRTP_NOT_AUTHENTIC;
    replay_mark(&stream->rtcp, view.index);
    *size = end;
    return keep(srtp, stream, &fresh);
}
