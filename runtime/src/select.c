/* SPDX-License-Identifier: Apache-2.0
 *
 * One operand or the other, see select.h.
 */
#include "weft/select.h"

WEFT_INLINE void select(const weft_select_params *p, const weft_step *s, uint32_t size)
{
    const weft_source *condition = &p->condition, *first = &p->first, *second = &p->second;
    const int8_t *which = weft_source_start(condition, s, 1);
    const int8_t *a = weft_source_start(first, s, size), *b = weft_source_start(second, s, size);
    const uint32_t count = p->shape[WEFT_OUTER_AXES];
    uint32_t index[WEFT_OUTER_AXES] = {0}, out = 0;
    do {
        uint32_t at = weft_walk_offset(index, condition->step);
        uint32_t at1 = weft_walk_offset(index, first->step);
        uint32_t at2 = weft_walk_offset(index, second->step);
        for (const uint32_t end = out + count; out != end; ++out) {
            int32_t value = weft_element(a, at1, size), other = weft_element(b, at2, size);
            weft_set_element(s->out[0], out, which[at] != 0 ? value : other, size);
            at += condition->step[WEFT_OUTER_AXES];
            at1 += first->step[WEFT_OUTER_AXES];
            at2 += second->step[WEFT_OUTER_AXES];
        }
    } while (weft_walk_next(index, p->shape));
}

void weft_select_8(const weft_select_params *p, const weft_step *s)
{
    select(p, s, 1);
}

void weft_select_16(const weft_select_params *p, const weft_step *s)
{
    select(p, s, 2);
}

void weft_select_32(const weft_select_params *p, const weft_step *s)
{
    select(p, s, 4);
}
