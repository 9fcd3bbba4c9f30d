package rotate

// Unproven is what the journal says of an old key that was destroyed without
// proof of its death.
const Unproven = unproven

// Proven is what it says where the exchange proved what was done.
const Proven = proven
