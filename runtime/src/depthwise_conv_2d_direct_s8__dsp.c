/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise filters of any size, stride, dilation and number by the DSP extension, straight from
 * the image: four channels of one output at a time, two taps of the filter in a multiplication. For
 * outputs that share little with their neighbors: to unpack rows beforehand does not pay.
 */
#include "weft/depthwise_conv_2d_direct_s8.h"

#include "weft/depthwise_dots.h"
#include "weft/depthwise_finish.h"

typedef weft_depthwise_conv_2d_direct_s8_params params;

/* Lists the taps row by row, the last one twice if they are odd; gives how many pairs they are. */
static int32_t list_taps(const params *p, const weft_dots_job *job, weft_dots_tap *taps)
{
    const int32_t width = p->filter_width, count = p->filter_height * width;
    for (int32_t x = 0; x < width; x++) {
        int32_t row = 0;
        for (int32_t i = x; i < count; i += width, row += p->row_step) {
            taps[i] = weft_dots_place(job, row, x);
        }
    }
    if (count & 1) {
        taps[count] = taps[count - 1];
    }
    return (count + 1) / 2;
}

/* `fours` fours of outputs; with several filters for an input channel, as many for four of them. */
static void outputs(weft_dots_job *job, int32_t fours, int32_t at, int8_t *out)
{
    job->at = at;
    job->out = out;
    job->left = fours;
    weft_dots(job);
}

/* All channels of an output pixel. */
static void pixel(const params *p, weft_dots_job *job, int32_t at, int8_t *out)
{
    const int32_t count = p->depth_multiplier, whole = p->channels / 4;
    job->w = p->filters;
    job->numbers = p->numbers;
    if (count == 1) {
        outputs(job, whole, at, out);
    } else {
        for (int32_t i = 0; i < whole; i++) {
            outputs(job, count, at + 4 * i, out + 4 * i * count);
        }
    }
    if (p->channels % 4 > 0) {
        outputs(job, count, at + p->channels - 4, out + (p->channels - 4) * count);
    }
}

void weft_depthwise_conv_2d_direct_s8__dsp(const params *p, const weft_step *s)
{
    const int32_t several = p->depth_multiplier > 1;
    weft_dots_tap *const taps = (weft_dots_tap *)(void *)s->scratch;
    weft_dots_job job;
    job.in = s->in;
    job.column_step = p->column_step * p->channels;
    job.taps = taps;
    job.pairs = list_taps(p, &job, taps);
    job.apart = p->depth_multiplier;
    job.step = several ? 0 : 4;
    job.out_step = several ? 1 - 4 * job.apart : 0;
    int8_t *out = s->out[0];
    for (int32_t x = 0; x < p->output_width; x++, out += p->channels * p->depth_multiplier) {
        pixel(p, &job, x * p->stride_width * p->channels, out);
    }
    weft_depthwise_finish(p->left, s);
}
