#include "index.h"

/* Spreads hashes that differ in few bits, such as counted identifiers (Fibonacci hashing). */
static size_t bucket(uint32_t hash) { return (hash * UINT32_C(0x9E3779B1)) >> 20; }

_Static_assert(INDEX_BUCKETS == 1 << 12, "bucket() keeps 12 bits");

static struct index_node *skip_others(struct index_node *node, uint32_t hash)
{
    while (node && node->hash != hash)
        node = node->next;
    return node;
}

void index_put(struct index *index, struct index_node *node, uint32_t hash)
{
    struct index_node **head = &index->buckets[bucket(hash)];
    node->hash = hash;
    node->next = *head;
    *head = node;
}

void index_remove(struct index *index, struct index_node *node)
{
    struct index_node **link = &index->buckets[bucket(node->hash)];
    while (*link != node)
        link = &(*link)->next;
    *link = node->next;
}

struct index_node *index_first(const struct index *index, uint32_t hash)
{
    return skip_others(index->buckets[bucket(hash)], hash);
}

struct index_node *index_next(const struct index_node *node) { return skip_others(node->next, node->hash); }
