/* SRTP and SRTCP from a stranger: nothing may be accepted, and nothing be read or written out of bounds. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "srtp.h"

static void refuse(enum srtp_profile profile, const uint8_t *data, size_t size)
{
    static const uint8_t KEY[30] = "a key that nobody can guess";
    struct srtp *srtp = srtp_new(profile, KEY);
    uint8_t *packet = malloc(size ? size : 1);
    size_t plain = size;
    memcpy(packet, data, size);
    assert(srtp_unprotect_rtp(srtp, packet, &plain) != SRTP_OK && plain == size);
    memcpy(packet, data, size);
    assert(srtp_unprotect_rtcp(srtp, packet, &plain) != SRTP_OK && plain == size);
    free(packet);
    srtp_free(srtp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    refuse(SRTP_AEAD_AES_128_GCM, data, size);
    refuse(SRTP_AES128_CM_SHA1_80, data, size);
    return 0;
}
