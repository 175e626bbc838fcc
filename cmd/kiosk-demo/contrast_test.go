package main

import "testing"

// contrast is a function that returns every text on the page whose contrast
// with its ground is below 4.5:1, or 3:1 for large type: WCAG 2.2, 1.4.3.
const contrast = `(() => {
	const channels = (colour) => {
		const c = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
		c.fillStyle = colour;
		c.fillRect(0, 0, 1, 1);
		return [...c.getImageData(0, 0, 1, 1).data];
	};
	const luminance = (rgb) => {
		const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = channels(getComputedStyle(e).backgroundColor);
			if (c[3] === 255) return c;
		}
		return [255, 255, 255, 255];
	};
	const bad = [];
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const text = walker.currentNode.textContent.trim(), e = walker.currentNode.parentElement;
		if (text === '' || e.checkVisibility && !e.checkVisibility() || e.closest(':disabled, script, noscript')) continue;
		const style = getComputedStyle(e), size = parseFloat(style.fontSize);
		const a = luminance(channels(style.color).slice(0, 3)), b = luminance(ground(e).slice(0, 3));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
		if (ratio < (large ? 3 : 4.5)) bad.push(text + ' ' + ratio.toFixed(2));
	}
	return bad.join('; ');
})()`

// readable looks at every view in light and dark.
func readable(t *testing.T, page *chromium, when string) {
	t.Helper()
	for _, scheme := range []string{"dark", "light"} {
		page.scheme(scheme)
		for _, view := range []string{"readings", "controls", "system", "overview"} {
			page.view(view)
			page.until("readable text "+when+", "+scheme+", "+view, contrast, equal(""))
		}
	}
}
