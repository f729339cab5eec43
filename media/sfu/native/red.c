#include "red.h"

#include "bytes.h"

#define MORE_BIT 0x80
#define HEAD_SIZE 4
#define LAST_HEAD_SIZE 1
#define LENGTH_MASK 0x3FF

bool red_parse(const uint8_t *payload, size_t size, uint8_t payload_type, struct red *red)
{
    size_t at = 0, redundant_size = 0;
    red->reach = 0;
    for (int blocks = 0; at < size && (payload[at] & ~MORE_BIT) == payload_type; blocks++, at += HEAD_SIZE) {
        if (!(payload[at] & MORE_BIT)) {
            size_t primary_at = at + LAST_HEAD_SIZE + redundant_size;
            red->primary_at = (uint16_t)primary_at;
            return primary_at < size;
        }
        if (blocks == RED_MAX_BLOCKS || at + HEAD_SIZE > size)
            return false;
        uint16_t offset = load16(payload + at + 1) >> 2;
        if (offset > red->reach)
            red->reach = offset;
        redundant_size += load16(payload + at + 2) & LENGTH_MASK;
    }
    return false;
}

void red_rename(uint8_t *payload, uint8_t payload_type)
{
    for (; *payload & MORE_BIT; payload += HEAD_SIZE)
        *payload = MORE_BIT | payload_type;
    *payload = payload_type;
}
