/* What the synthetic clients of the benchmarks agree on with the forwarder under test. */
#ifndef SPORTELLO_BENCHMARKS_LAYOUT_H
#define SPORTELLO_BENCHMARKS_LAYOUT_H

#include <stdint.h>
#include <string.h>

#define ROOM_SIZE 4
#define MAX_CLIENTS 256
#define KEY_SIZE 28 /* AEAD_AES_128_GCM: key and salt */

#define VIDEO_TYPE 96
#define AUDIO_TYPE 111

/* The SSRCs of client number n, and of its slots: one pair for each other in the room. */
#define VIDEO_SSRC(n) (1000u + 100u * (n))
#define AUDIO_SSRC(n) (VIDEO_SSRC(n) + 1u)
#define VIDEO_SLOT_SSRC(n, place) (VIDEO_SSRC(n) + 10u + (place))
#define AUDIO_SLOT_SSRC(n, place) (VIDEO_SSRC(n) + 20u + (place))

/* Keys in both directions; `up` is what the client sends with. */
static inline void client_key(unsigned client, int up, uint8_t key[KEY_SIZE])
{
    memset(key, 0x5A, KEY_SIZE);
    key[0] = (uint8_t)client;
    key[1] = (uint8_t)up;
}

/* Which of a receiver's places another client of its room has. */
static inline unsigned place_of(unsigned sender, unsigned receiver)
{
    return sender % ROOM_SIZE - (sender % ROOM_SIZE > receiver % ROOM_SIZE);
}

#endif
