package pool_test

import (
	"testing"

	"github.com/daebus/daebus-go/edge/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }
