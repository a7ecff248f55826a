//go:build ignore

package expvar

// ɪmetric is in every number: its own in events, once it is published, and
// what it is.
type ɪmetric struct {
	id    uint32
	whole int64
	part  float64
}

func (m *ɪmetric) publish(name string) {
	if m.id == 0 {
		m.id = ɪNewMetric(name)
	}
}

// ɪpublish says what a variable is called; those in a map are called by its
// name and their key.
func ɪpublish(name string, v Var) {
	switch v := v.(type) {
	case *Int:
		v.ɪmetric.publish(name)
		ɪMetricInt(v.ɪmetric.id, v.ɪmetric.whole)
	case *Float:
		v.ɪmetric.publish(name)
		ɪMetricFloat(v.ɪmetric.id, v.ɪmetric.part)
	case *Map:
		v.ɪname = name
	}
}

// ɪentry is ɪpublish for what is put into a map.
func ɪentry[V Var](m *Map, key string, v V) V {
	if m.ɪname != "" {
		ɪpublish(m.ɪname+"."+key, v)
	}
	return v
}

func (v *Int) ɪchanged(now int64) {
	v.ɪmetric.whole = now
	ɪMetricInt(v.ɪmetric.id, now)
}

func (v *Float) ɪchanged(now float64) {
	v.ɪmetric.part = now
	ɪMetricFloat(v.ɪmetric.id, now)
}

func ɪNewMetric(name string) uint32
func ɪMetricInt(id uint32, v int64)
func ɪMetricFloat(id uint32, v float64)
