package form

// samples are the SHA-256 of published examples: access keys and secrets of
// the exchanges' API documents and of bots' own documentation (collected
// 2026-11-22).
var samples = map[string]struct{}{ //nolint:gochecknoglobals // a table that nothing writes
	"0d18a13dbd677b8662782099e432cf1fdb80595748a4c6862f67ca071f39b048": {},
	"19d2e8fc073a0489fcdde9f0f969258b54f640b660d3468ccbf01a32a5a3ba5a": {},
	"20597c62a92884c7e243e3fdfd1c728cd8678eba3ceb33cc8e70ecafa94c421c": {},
	"23e9efa3ced6e70c7f2dbe0d08295f18f94b0cbd5c6026677e3bc51897ee31f2": {},
	"2ccf25dc599a933004267957fd062a549f708d1226640a1011fc8c887ec331ef": {},
	"5608402eda660bcd79df97473904f5852e01729cca8170d499bc445c984b3e8f": {},
	"59e6bf3ccb36ee2b37eada1342cfb2c099ca98c4f3802a7bf9cc8e216fc0b7c9": {},
	"5ba1ed8425baaa72d558afddb8aaacdfe29ad0dc1a44dae76640127e83626d29": {},
	"657f0dfc876ce54ab0143e1ecf39c702c4dc8111d408a476c84fb98a6ddb2523": {},
	"8c5fe9d09e8fad70aa203e2e7e1fc849cade1b0b908144e1813b32e8ccb32be1": {},
	"9104f51fec6d9afbec834642fa60d82d8c8173709e2dfc91dc10d8301d17d5d2": {},
	"9155bc181b0caa2bb0938628384a6999d71fc2946b8cc9b9e16e7add2ec4e330": {},
	"95b21fa40aa470b9ec7c950ca69b35b6aa14ad6f0cad9a5bc1b6f857eb3d22b9": {},
	"98c0adc16caa135bf2c8732f2558ae4e3e03443c4d1a20b8974fed384ad505d8": {},
	"b3478c3aeedd5ae73eb752ae79d7ee68813e5f30f8897e0ded1ab26573a2c19e": {},
	"b91ba9100bbfdbd0618643eb892eed5dee5bbb9589f398915726fa6b749abb14": {},
	"c2242140f15ceee1aebda3f3c2030e8e96d88d9c58645712052b54aec0cb60cb": {},
	"c3b363ccdfa57cd0b4eb454a4cb3e2a6f50caed59fea83fb9362cd60857c9e41": {},
	"e031e4ca7b8238b83840b909ed23c76f26299bfb04689e3564939d18a6edddd3": {},
	"ec11591eafd9f5b2a3d8335399141f1a08e1dd4d87377df4b3c663e5bd53aba4": {},
	"fc5a6c54a2079828a413a5700719d35e9e0b7e5035e8a371eedd56b39ef82f27": {},
}
