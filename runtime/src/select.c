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
    const uint32_t bytes = p->shape[WEFT_OUTER_AXES] * size;
    const uint32_t step = condition->step[WEFT_OUTER_AXES];
    const uint32_t step1 = first->step[WEFT_OUTER_AXES] * size;
    const uint32_t step2 = second->step[WEFT_OUTER_AXES] * size;
    uint32_t index[WEFT_OUTER_AXES] = {0};
    int8_t *out = s->out[0];
    do {
        const int8_t *c = which + weft_walk_offset(index, condition->step);
        const int8_t *x = a + weft_walk_offset(index, first->step) * size;
        const int8_t *y = b + weft_walk_offset(index, second->step) * size;
        for (const int8_t *const end = out + bytes; out != end; out += size) {
            const int32_t value = weft_element(x, 0, size), other = weft_element(y, 0, size);
            weft_set_element(out, 0, *c != 0 ? value : other, size);
            c += step;
            x += step1;
            y += step2;
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
