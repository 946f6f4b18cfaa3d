/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEFT_POOL_2D_H
#define WEFT_POOL_2D_H

#include "weft/fixedpoint.h"
#include "weft/step.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A pool of any kind; made by codegen/weft/ops/reduction/pool_2d.py. Rows and columns of the window
 * that lie outside the image are left out. */
typedef struct {
    int32_t input_width;
    int32_t output_width;
    int32_t channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t activation_min; /* least output, in the range of the type */
    int32_t activation_max; /* greatest output */
    int32_t output_step;    /* output elements from one pixel to the next */
} weft_pool_2d_params;

/* The image columns from `first` up to, not including, `end`; at least one. */
typedef struct {
    int32_t first;
    int32_t end;
} weft_pool_2d_columns;

/* The columns under the window of an output column. */
static inline weft_pool_2d_columns weft_pool_2d_window(const weft_pool_2d_params *p, int32_t column)
{
    weft_pool_2d_columns c;
    c.first = column * p->stride_width - p->pad_left;
    c.end = c.first + p->filter_width;
    c.first = c.first < 0 ? 0 : c.first;
    c.end = c.end > p->input_width ? p->input_width : c.end;
    return c;
}

/* sum / count to nearest, halves away from zero. Neither sum nor count / 2 reaches 2^30. */
static inline int32_t weft_pool_2d_mean(int32_t sum, int32_t count)
{
    return (sum + (sum > 0 ? count / 2 : -(count / 2))) / count;
}

/* The output for a sum of `count` values. */
static inline int32_t weft_pool_2d_average(const weft_pool_2d_params *p, int32_t sum, int32_t count)
{
    return weft_clamp(weft_pool_2d_mean(sum, count), p->activation_min, p->activation_max);
}

/* The window's rows are there, or NULL outside the image. */
void weft_average_pool_2d_s8(const weft_pool_2d_params *p, const weft_step *s);
void weft_average_pool_2d_s8__dsp(const weft_pool_2d_params *p, const weft_step *s);
void weft_average_pool_2d_s16(const weft_pool_2d_params *p, const weft_step *s);
void weft_max_pool_2d_s8(const weft_pool_2d_params *p, const weft_step *s);
void weft_max_pool_2d_s8__dsp(const weft_pool_2d_params *p, const weft_step *s);
void weft_max_pool_2d_s16(const weft_pool_2d_params *p, const weft_step *s);

/* For one output row: each step takes one row of the image. Rows below the window are ignored.
 * The average keeps output_width * channels int32 sums in the state. */
void weft_average_pool_2d_accumulate_s8(const weft_pool_2d_params *p, const weft_step *s);
void weft_average_pool_2d_accumulate_s8__dsp(const weft_pool_2d_params *p, const weft_step *s);
void weft_average_pool_2d_accumulate_s16(const weft_pool_2d_params *p, const weft_step *s);
void weft_max_pool_2d_accumulate_s8(const weft_pool_2d_params *p, const weft_step *s);
void weft_max_pool_2d_accumulate_s8__dsp(const weft_pool_2d_params *p, const weft_step *s);
void weft_max_pool_2d_accumulate_s16(const weft_pool_2d_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
