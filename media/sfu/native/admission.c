#include "admission.h"

/* Spreads all bits over all (the finalizer of SplitMix64). */
static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
    return value ^ value >> 31;
}

static bool is_loopback(const struct address *address)
{
    static const uint8_t v6[16] = {[15] = 1};
    return address_is_v4(address) ? address->ip[12] == 127 : memcmp(address->ip, v6, sizeof v6) == 0;
}

static struct bucket *find_bucket(struct admission *admission, const struct address *from, bool by_port)
{
    uint64_t network, host;
    memcpy(&network, from->ip, sizeof network);
    memcpy(&host, from->ip + sizeof network, sizeof host);
    uint64_t hash = mix(network ^ admission->secret);
    if (address_is_v4(from))
        hash = mix(hash ^ host);
    if (by_port)
        hash = mix(hash ^ from->port);
    return &admission->buckets[hash % ADMISSION_BUCKETS];
}

bool admission_admits(struct admission *admission, const struct address *from, int64_t now_us)
{
    bool by_port = is_loopback(from);
    struct bucket *bucket = find_bucket(admission, from, by_port);
    return bucket_take(bucket, by_port ? ADMISSION_BY_CONNECTION : ADMISSION_BY_ADDRESS, now_us) &&
           bucket_take(&admission->all, ADMISSION_OF_ALL, now_us);
}
