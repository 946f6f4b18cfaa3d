/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernels of SVDF layers share: how sums become values. Twin of Svdf.reference.
 */
#ifndef WEFT_SVDF_STEP_H
#define WEFT_SVDF_STEP_H

#include "weft/linear.h"
#include "weft/svdf_s8.h"

#include <string.h>

/* The newest value of a filter from its products, of the type of the state. */
static inline int32_t weft_svdf_newest(const weft_svdf_s8_params *p, int32_t filter, int32_t sum,
                                       int32_t lo, int32_t hi)
{
    sum += p->feature_bias[filter];
    return weft_clamp(weft_requantize(sum, p->feature_multiplier, p->feature_shift), lo, hi);
}

static inline int8_t weft_svdf_output(const weft_svdf_s8_params *p, int32_t unit, int32_t sum)
{
    const uint32_t all = (uint32_t)p->bias[unit] + (uint32_t)sum;
    return weft_output_s8((int32_t)all, p->output_multiplier, p->output_shift, p->output_zero_point,
                          -128, 127);
}

#endif
