#include "blend.h"

/* The compiler writes a second body of each function for processors with 32-byte integer registers, and the
 * loader chooses. */
#if defined(__x86_64__) && defined(__gnu_linux__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/* Where a row of the output falls between two rows of a stretched plane: `fraction` 256ths below the first. */
struct position {
    int first;
    int second;
    int fraction;
};

/* Centres of samples correspond, as in any good resampling: source = (row + 1/2) * from / to - 1/2. */
static struct position find_position(int row, int from, int to)
{
    int64_t at = ((int64_t)(2 * row + 1) * from * 128) / to - 128;
    int last = from - 1;
    if (at <= 0)
        return (struct position){0, 0, 0};
    int first = (int)(at >> 8);
    if (first >= last)
        return (struct position){last, last, 0};
    return (struct position){first, first + 1, (int)(at & 255)};
}

WIDE static void mix_rows(uint8_t *restrict out, const uint8_t *restrict first, const uint8_t *restrict second,
                          int fraction, int width)
{
    uint16_t below = (uint16_t)fraction, above = (uint16_t)(256 - fraction);
    for (int x = 0; x < width; x++)
        out[x] = (uint8_t)((uint16_t)(first[x] * above + second[x] * below + 128) >> 8);
}

/* One row of a plane stretched to `height` rows: the plane's own where it falls on one, else mixed into `scratch`. */
static const uint8_t *stretched_row(const struct plane *plane, int row, int height, uint8_t *scratch)
{
    struct position at = find_position(row, plane->height, height);
    const uint8_t *first = plane->rows + at.first * plane->stride;
    if (at.fraction == 0)
        return first;
    mix_rows(scratch, first, plane->rows + at.second * plane->stride, at.fraction, plane->width);
    return scratch;
}

WIDE static void add_row(uint8_t *restrict out, const uint8_t *restrict front, const uint8_t *restrict light,
                         int width)
{
    for (int x = 0; x < width; x++) {
        int sum = front[x] + light[x];
        out[x] = (uint8_t)(sum > 255 ? 255 : sum);
    }
}

/* (t + 128 + ((t + 128) >> 8)) >> 8 is t / 255 rounded, for all t that two bytes hold. */
WIDE static void blend_row(uint8_t *out, const uint8_t *front, const uint8_t *restrict behind,
                           const uint8_t *restrict mask, int width)
{
    for (int x = 0; x < width; x++) {
        uint16_t sum = (uint16_t)(front[x] * mask[x] + behind[x] * (255 - mask[x]) + 128);
        out[x] = (uint8_t)((uint16_t)(sum + (sum >> 8)) >> 8);
    }
}

void blend_plane(const struct plane *out, const struct plane *front, const struct plane *behind,
                 const struct plane *mask, const struct plane *light)
{
    uint8_t behind_row[BLEND_MAX_WIDTH], mask_row[BLEND_MAX_WIDTH], light_row[BLEND_MAX_WIDTH],
        lit_row[BLEND_MAX_WIDTH];
    int height = out->height, width = out->width;
    for (int row = 0; row < height; row++) {
        const uint8_t *lit = front->rows + row * front->stride;
        if (light) {
            add_row(lit_row, lit, stretched_row(light, row, height, light_row), width);
            lit = lit_row;
        }
        blend_row(out->rows + row * out->stride, lit, stretched_row(behind, row, height, behind_row),
                  stretched_row(mask, row, height, mask_row), width);
    }
}
