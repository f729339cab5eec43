/* Whether the queue towards a receiver grows (draft-ietf-rmcat-gcc-02 sections 5.3 and 5.4).
 *
 * The sum of the groups' delay variations, smoothed, is the queue's length but for a constant. The slope of a line
 * through its last twenty values is the trend; one above a threshold, which follows the path's jitter, is overuse.
 * The constants are those of libwebrtc's TrendlineEstimator. */
#ifndef SPORTELLO_TRENDLINE_H
#define SPORTELLO_TRENDLINE_H

#include <stdbool.h>

#define TREND_WINDOW 20

enum delay_state { DELAY_NORMAL, DELAY_OVERUSING, DELAY_UNDERUSING };

/* All figures are milliseconds. */
struct trendline {
    enum delay_state state;
    double trend;
    int count; /* of updates, up to a limit */
    double first_arrival;
    double accumulated;
    double smoothed;
    struct {
        double arrival;
        double delay;
    } points[TREND_WINDOW]; /* the oldest first */
    int point_count;
    double slope;
    double previous_slope;
    double threshold;
    bool adapted;
    double adapted_at;
    bool over;
    double over_for;
    int over_count;
};

void trendline_init(struct trendline *trendline);

/* Takes the distances between two groups and when the later one arrived. */
void trendline_update(struct trendline *trendline, double sent_distance, double arrival_distance, double arrival);

#endif
