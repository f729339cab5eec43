#include "trendline.h"

#include <math.h>
#include <string.h>

#define SMOOTHING 0.9
#define GAIN 4.0
#define COUNT_LIMIT 60
#define OVERUSE_MS 10.0
#define FIRST_THRESHOLD_MS 12.5
#define LOWEST_THRESHOLD_MS 6.0
#define HIGHEST_THRESHOLD_MS 600.0
#define OUTLIER_MS 15.0
#define RISE 0.0087
#define FALL 0.039
#define LONGEST_STEP_MS 100.0

void trendline_init(struct trendline *trendline) { *trendline = (struct trendline){.threshold = FIRST_THRESHOLD_MS}; }

static void add_point(struct trendline *trendline, double arrival)
{
    if (trendline->point_count == TREND_WINDOW) {
        memmove(trendline->points, trendline->points + 1, (TREND_WINDOW - 1) * sizeof trendline->points[0]);
        trendline->point_count--;
    }
    trendline->points[trendline->point_count].arrival = arrival - trendline->first_arrival;
    trendline->points[trendline->point_count++].delay = trendline->smoothed;
}

/* The slope of the least-squares line, or the former one if all points are of one moment. */
static double fit(const struct trendline *trendline)
{
    double mean_arrival = 0, mean_delay = 0, numerator = 0, denominator = 0;
    for (int i = 0; i < TREND_WINDOW; i++) {
        mean_arrival += trendline->points[i].arrival;
        mean_delay += trendline->points[i].delay;
    }
    mean_arrival /= TREND_WINDOW;
    mean_delay /= TREND_WINDOW;
    for (int i = 0; i < TREND_WINDOW; i++) {
        double arrival = trendline->points[i].arrival - mean_arrival;
        numerator += arrival * (trendline->points[i].delay - mean_delay);
        denominator += arrival * arrival;
    }
    return denominator > 0 ? numerator / denominator : trendline->slope;
}

/* Declares overuse when the trend has been too high for a while and does not fall. */
static void exceed(struct trendline *trendline, double sent_distance)
{
    trendline->over_for = trendline->over ? trendline->over_for + sent_distance : sent_distance / 2;
    trendline->over = true;
    trendline->over_count++;
    if (trendline->over_for > OVERUSE_MS && trendline->over_count > 1 &&
        trendline->slope >= trendline->previous_slope) {
        trendline->over_for = 0;
        trendline->over_count = 0;
        trendline->state = DELAY_OVERUSING;
    }
}

/* Lets the threshold follow the trend, slowly upwards; a far outlier does not count. */
static void adapt(struct trendline *trendline, double arrival)
{
    double size = fabs(trendline->trend), step = trendline->adapted ? arrival - trendline->adapted_at : 0;
    trendline->adapted = true;
    trendline->adapted_at = arrival;
    if (size > trendline->threshold + OUTLIER_MS)
        return;
    double rate = size < trendline->threshold ? FALL : RISE;
    trendline->threshold += rate * (size - trendline->threshold) * fmin(step, LONGEST_STEP_MS);
    trendline->threshold = fmin(fmax(trendline->threshold, LOWEST_THRESHOLD_MS), HIGHEST_THRESHOLD_MS);
}

static void detect(struct trendline *trendline, double sent_distance, double arrival)
{
    int count = trendline->count < COUNT_LIMIT ? trendline->count : COUNT_LIMIT;
    trendline->trend = count * trendline->slope * GAIN;
    if (trendline->trend > trendline->threshold) {
        exceed(trendline, sent_distance);
    } else {
        trendline->over = false;
        trendline->over_count = 0;
        trendline->state = trendline->trend < -trendline->threshold ? DELAY_UNDERUSING : DELAY_NORMAL;
    }
    trendline->previous_slope = trendline->slope;
    adapt(trendline, arrival);
}

void trendline_update(struct trendline *trendline, double sent_distance, double arrival_distance, double arrival)
{
    if (!trendline->count)
        trendline->first_arrival = arrival;
    if (trendline->count < COUNT_LIMIT)
        trendline->count++;
    trendline->accumulated += arrival_distance - sent_distance;
    trendline->smoothed = SMOOTHING * trendline->smoothed + (1 - SMOOTHING) * trendline->accumulated;
    add_point(trendline, arrival);
    if (trendline->point_count == TREND_WINDOW)
        trendline->slope = fit(trendline);
    if (trendline->count > 1)
        detect(trendline, sent_distance, arrival);
}
