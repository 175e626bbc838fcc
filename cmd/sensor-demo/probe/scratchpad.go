package probe

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
)

// scratchpad is a DS18B20's memory, as its data sheet numbers the bytes: the
// temperature in 1/16 °C, low byte first, two alarm limits, the configuration,
// three reserved bytes, and a checksum of the eight before it.
type scratchpad [9]byte

var (
	errZero     = errors.New("all bytes are zero: the data line is held down")
	errChecksum = errors.New("the checksum is wrong: the line is disturbed")
)

// parseScratchpad reads the two lines of w1_slave:
//
//	4b 01 4b 46 7f ff 05 10 e1 : crc=e1 YES
//	4b 01 4b 46 7f ff 05 10 e1 t=20687
//
// The kernel's verdict is not taken on trust: drivers have been seen to say YES
// to a line that reads all zeros, whose checksum is a correct zero.
func parseScratchpad(text []byte) (scratchpad, error) {
	var pad scratchpad
	first, rest := cutLine(text)
	second, _ := cutLine(rest)
	one, verdict, ok := bytes.Cut(first, []byte(" : crc="))
	two, t, also := bytes.Cut(second, []byte(" t="))
	if !ok || !also {
		return pad, errors.New("w1_slave: want two lines, with crc= and t=")
	}
	if !parseBytes(&pad, one) {
		return pad, errors.New("w1_slave: want nine bytes in hexadecimal")
	}
	switch {
	case pad == scratchpad{}:
		return pad, errZero
	case !bytes.HasSuffix(bytes.TrimSpace(verdict), []byte("YES")), crc8(pad[:8]) != pad[8]:
		return pad, errChecksum
	}
	milli, ok := intOf(bytes.TrimSpace(t))
	if !ok {
		return pad, errors.New("w1_slave: t= is not a whole number")
	}
	// The second line is from the same read, unless the kernel kept the last
	// good one. Low bits that the resolution leaves undefined may be masked.
	var again scratchpad
	if !parseBytes(&again, two) || again != pad || math.Abs(pad.celsius()-float64(milli)/1000) >= 0.5 {
		return pad, fmt.Errorf("w1_slave: t=%d is not what the bytes say: not a DS18B20, or not one read", milli)
	}
	return pad, nil
}

// parseBytes reads nine bytes in hexadecimal, separated by spaces.
func parseBytes(pad *scratchpad, text []byte) bool {
	for i := range pad {
		var field []byte
		field, text = cutField(text)
		if len(field) != 2 {
			return false
		}
		if _, err := hex.Decode(pad[i:i+1], field); err != nil {
			return false
		}
	}
	return len(bytes.TrimSpace(text)) == 0
}

// raw is the temperature in 1/16 °C.
func (p scratchpad) raw() int16 { return int16(p[0]) | int16(p[1])<<8 }

func (p scratchpad) celsius() float64 { return float64(p.raw()) / 16 }

// doubt returns why the temperature is not to be believed, or nothing.
//
// 85 °C is what the chip holds after power-on, before it has converted. Byte 6
// is then 0x0c, and 0x10 after a conversion that came to exactly 85 °C. The
// data sheet calls the byte reserved, and copies of the chip may keep anything
// there, so only 0x10 is believed.
func (p scratchpad) doubt() string {
	const powerOn = 85 * 16
	switch c := p.celsius(); {
	case p.raw() == powerOn && p[6] == 0x0c:
		return "85 °C is the power-on value: nothing was converted; check the supply"
	case p.raw() == powerOn && p[6] != 0x10:
		return "85 °C may be the power-on value"
	case c < -55 || c > 125:
		return fmt.Sprintf("%g °C is outside the chip's range: -55 to 125", c)
	}
	return ""
}

// crc8 is the 1-Wire checksum: x⁸+x⁵+x⁴+1, low bit first, from zero.
func crc8(data []byte) byte {
	var crc byte
	for _, b := range data {
		crc ^= b
		for range 8 {
			low := crc & 1
			crc >>= 1
			if low != 0 {
				crc ^= 0x8c
			}
		}
	}
	return crc
}
