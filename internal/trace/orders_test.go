package trace

import "testing"

// An export of orders beside one of fills: an order counts by its fills where
// they are all there, and stands for them where they are not.
func TestWithOrders(t *testing.T) {
	filled := func(order, quantity string, id int) Fill {
		f := fill(t, int64(id), Buy, "2", quantity, id)
		f.OrderID = order
		return f
	}
	ordered := func(order, quantity string) Fill {
		f := filled(order, quantity, 9)
		f.TradeID = ""
		return f
	}
	total := func(fills []Fill) string {
		n := NumberOf(Number{}.Decimal()).Decimal()
		for _, f := range fills {
			n = n.Add(f.Quantity.Decimal())
		}
		return n.String()
	}
	for _, c := range []struct {
		story         string
		fills, orders []Fill
		rows          int
		total         string
		unclear       int
	}{
		{"all fills are there", []Fill{filled("o1", "1", 1), filled("o1", "2", 2)}, []Fill{ordered("o1", "3")}, 2, "3", 0},
		{"a fill is missing", []Fill{filled("o1", "1", 1)}, []Fill{ordered("o1", "3")}, 1, "3", 0},
		{"no fill is there", []Fill{filled("o2", "1", 1)}, []Fill{ordered("o1", "3")}, 2, "4", 0},
		{"fills that name no order", []Fill{filled("", "3", 1)}, []Fill{ordered("o1", "3")}, 2, "6", 1},
		{"orders alone", nil, []Fill{ordered("o1", "3")}, 1, "3", 0},
	} {
		got, unclear := WithOrders(c.fills, c.orders)
		if len(got) != c.rows || total(got) != c.total || unclear != c.unclear {
			t.Errorf("%s: %d rows of %s, %d unclear", c.story, len(got), total(got), unclear)
		}
	}
}
