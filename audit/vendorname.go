package audit

import "strings"

// VendorName is a vendor's name as it is compared: people write "3Commas",
// "3commas.io" and "3-commas".
func VendorName(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "", ".io", "", ".com", "").Replace(strings.ToLower(name))
}
