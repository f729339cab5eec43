/* A hash table of things that carry their own link, so that nothing is allocated per entry. */
#ifndef SPORTELLO_INDEX_H
#define SPORTELLO_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define INDEX_BUCKETS 4096

struct index_node {
    struct index_node *next;
    uint32_t hash;
};

struct index {
    struct index_node *buckets[INDEX_BUCKETS];
};

/* The thing whose member `member` is at `node`. */
#define CONTAINER(node, type, member) ((type *)((char *)(node) - offsetof(type, member)))

/* Adds a node before those with the same hash. */
void index_put(struct index *index, struct index_node *node, uint32_t hash);

/* Takes out a node that is in the index. */
void index_remove(struct index *index, struct index_node *node);

/* The first and each following node with a hash, NULL at the end. */
struct index_node *index_first(const struct index *index, uint32_t hash);
struct index_node *index_next(const struct index_node *node);

#endif
