/* Which connectivity checks of strangers reach Python: a bound for each address, and one for all.
 *
 * A check costs Python about thirty times what dropping it costs here, so who sends many must not take that time
 * from others. A client sends some twenty checks a second until the first is answered; from then on its address
 * belongs to a transport and is not judged here. So 100 a second let an office behind one address join at once,
 * and whoever is refused comes through with a repetition a moment later. IPv6 counts by /64, which one client
 * has for itself. Clients over TCP come from the loopback interface by way of the relay, each from a port of its
 * own: there the port counts, with what one client needs, and the relay bounds the connections of an address.
 *
 * The table has a fixed size and no entries: an address shares the bucket that its hash leads to. A secret in the
 * hash keeps others from finding out who shares theirs. Forged addresses can fill all buckets; then the bound for
 * all keeps Python alive, and media run on, because the addresses of calls are known. */
#ifndef SPORTELLO_ADMISSION_H
#define SPORTELLO_ADMISSION_H

#include "address.h"
#include "bucket.h"

#define ADMISSION_BUCKETS 4096

#define ADMISSION_BY_ADDRESS BUCKET_RATE(100, 200)
#define ADMISSION_BY_CONNECTION BUCKET_RATE(20, 40)
#define ADMISSION_OF_ALL BUCKET_RATE(2000, 2000)

struct admission {
    uint64_t secret;
    struct bucket all;
    struct bucket buckets[ADMISSION_BUCKETS];
};

/* Whether one more check from this address may pass. */
bool admission_admits(struct admission *admission, const struct address *from, int64_t now_us);

#endif
