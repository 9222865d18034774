package io.github.residual4j.render.color;

/**
 * Published colours that the colormaps are computed from, as hexadecimal red, green and blue, evenly spaced.
 *
 * <p>viridis, plasma, inferno and magma: every third of the 256 colours that Stéfan van der Walt and Nathaniel Smith
 * placed in the public domain (CC0) in 2015, https://bids.github.io/colormap/. cividis: likewise from Nuñez, Anderton
 * and Renslow, "Optimizing colormaps with consideration for color vision deficiency", PLOS ONE 13(7), 2018. RdYlGn,
 * RdBu and Greys: the 11-class and 9-class schemes of Cynthia Brewer's ColorBrewer, https://colorbrewer2.org/. This
 * product includes color specifications and designs developed by Cynthia Brewer (http://colorbrewer.org/).
 */
final class ControlPoints {
    private ControlPoints() {}

    static final String VIRIDIS = ""
            + "440154450559460a5d470e61471365481769481b6d481f70482374482677472a7a472e7c46327e453581443983433d84"
            + "4240864144873f47883e4a893d4e8a3b518b3a548c38588c375b8d355e8d34618d32648e31678e306a8e2e6d8e2d708e"
            + "2c728e2b758e2a788e297b8e277e8e26818e25838e24868e23898e228c8d218f8d20928c1f948c1f978b1f9a8a1e9d89"
            + "1fa0881fa28721a58522a88425ab8227ad812ab07f2eb37c32b67a37b8783bbb7540bd7246c06f4cc26c52c56958c765"
            + "5ec96265cb5e6ccd5a73d0567ad15181d34d89d54890d74398d83ea0da39a8db34b0dd2fb8de29c0df25c8e020d0e11c"
            + "d8e219dfe318e7e419efe51cf6e620fde725";

    static final String PLASMA = ""
            + "0d088716078a1d068e2406912a05932f05963504983a049a3f049c44039e4903a04e02a25302a35801a45c01a66100a7"
            + "6600a76a00a86f00a87401a87801a87d03a88104a78606a68a09a58e0ca4920fa39613a19a169f9e199da21d9aa62098"
            + "aa2395ad2793b12a90b42e8db7318abb3488be3885c13b82c43e7fc7427cca457acc4977cf4c74d24f71d5536fd7566c"
            + "da5a6adc5d67de6164e16462e3685fe56b5de76f5ae97257eb7655ed7a52ef7e50f1814df3854bf48948f68d45f79143"
            + "f89540f99a3efa9e3bfba238fca636fdab33fdaf31fdb42ffeb82cfebd2afdc229fdc627fdcb26fcd025fbd524fada24"
            + "f8df25f7e425f5e926f3ee27f1f426f0f921";

    static final String INFERNO = ""
            + "00000401010802020e04031407051b0a07220d0829110a30150b37190c3e1e0c45230c4c280b532d0b59320a5e380962"
            + "3d0965420a68470b6a4c0c6b510e6c550f6d5a116e5f136e64156e69166e6d186e721a6e771c6d7c1d6d801f6c85216b"
            + "8a226a8f24699326679827669d2964a22b62a62d60ab2f5eb0315bb43359b93556bd3853c13a50c63d4dca404ace4347"
            + "d24644d54a41d94d3ddd513ae05536e35933e65d2fe9612beb6628ee6a24f06f20f2741cf47918f67e14f78410f8890c"
            + "f98e09fa9407fb9906fc9f07fca50afcaa0ffcb014fbb61afbbc21fac228f9c72ff8cd37f7d340f5d949f4df53f3e55d"
            + "f2ea69f1ef75f2f482f4f88ef8fb9afcffa4";

    static final String MAGMA = ""
            + "00000401010802020d04041406051a0907200c0926100b2d130d34160f3b1a10421e11492211502712582c115f311165"
            + "36106b3b0f70400f744510774a10794f127b54137d59157e5d177f621980671b806b1d81701f817521817922827e2482"
            + "8326818827818c2981912b81962c809b2e7fa02f7fa5317eaa337dae347bb3367ab83779bd3977c23b75c73d73cc3f71"
            + "d0416fd5446dd9466bde4968e24d66e55064e95462ec5860ef5d5ef2625df4675cf66c5cf7725cf9785dfa7d5efb835f"
            + "fc8961fc8e64fd9467fd9a6afe9f6dfea571feaa74feb078feb67cfebb81fec185fec68afecc8ffed194fed799fddc9e"
            + "fde2a3fde7a9fcecaefcf2b4fcf7b9fcfdbf";

    static final String CIVIDIS = ""
            + "00224e00255300275800295d002b62002d68002f6d0031700533710f35701637701c396f213b6e263d6e2a3f6d2e416d"
            + "32436d35456c39486c3c4a6c3f4c6c424e6c45506c48526c4b546c4e566c51586d545a6d565c6d595e6e5c616e5e636f"
            + "61656f646770666970696b716c6d726e6f737172747374757676767878777b7a787e7c78807f78838179868379898578"
            + "8c88788f8a78928c78948e779791779a93769d9576a09875a39a74a69c74a99f73aca172afa471b3a670b6a96fb9ab6d"
            + "bcae6cbfb06bc2b369c5b568c8b866ccba64cfbd62d2c060d5c25ed9c55cdcc859dfca57e2cd54e6d051e9d34eedd54a"
            + "f0d846f3db42f7de3efbe138fee434fee838";

    static final String RD_YL_GN = "a50026d73027f46d43fdae61fee08bffffbfd9ef8ba6d96a66bd631a9850006837";

    static final String RD_BU = "67001fb2182bd6604df4a582fddbc7f7f7f7d1e5f092c5de4393c32166ac053061";

    /** Made by dark_diverging.py, beside the tests of the colormaps. */
    static final String BU_BK_OR = "b8e6ff30c2ff0096d3036ca20146712222226e301ba84b15d37424f2a554ffdaad";

    static final String GREYS = "fffffff0f0f0d9d9d9bdbdbd969696737373525252252525000000";
}
