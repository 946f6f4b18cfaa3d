/* SPDX-License-Identifier: Apache-2.0
 *
 * The sum of several int8 tensors, see add_n_s8.h. Twin of AddN.reference.
 */
#include "weft/add_n_s8.h"

#include "weft/headroom.h"

void weft_add_n_s8(const weft_add_n_s8_params *p, const weft_step *s)
{
    const weft_add_n_s8_params n = *p;
    const int32_t start = -(int32_t)(n.count + 1) * n.zero_point;
    int8_t *out = s->out[0];
    for (uint32_t i = 0; i < n.elements; i++) {
        int32_t sum = start;
        for (uint32_t k = 0; k < n.count; k++) {
            sum += s->in[n.order[k]][i];
        }
        out[i] = weft_sum_s8(sum, n.multiplier, n.shift, n.output_zero_point);
    }
}
