/* SPDX-License-Identifier: Apache-2.0 */
#include "weft/lstm_s8.h"
#include "weft/lstm_step.h"
#include "weft/word_dots.h"

/* The four gates of a unit share the loads of inputs. */
static void all_gates(const weft_lstm_s8_params *p, const int8_t *x, const int8_t *hidden,
                      int16_t *out)
{
    const int32_t units = p->units;
    for (int32_t unit = 0; unit < units; unit++) {
        int32_t products[WEFT_LSTM_GATES], again[WEFT_LSTM_GATES];
        weft_word_dots_4(products, x, p->input_weights + unit * p->inputs, units * p->inputs,
                         p->inputs);
        weft_word_dots_4(again, hidden, p->recurrent_weights + unit * units, units * units, units);
        for (int32_t gate = 0; gate < WEFT_LSTM_GATES; gate++) {
            const int32_t row = gate * units + unit;
            out[row] = weft_lstm_gate(p, gate, row, products[gate], again[gate]);
        }
    }
}

void weft_lstm_s8_dsp(const weft_lstm_s8_params *p, const weft_step *s)
{
    weft_lstm_steps(p, s, all_gates);
}
