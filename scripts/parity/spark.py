"""Runs cases through PySpark and says what came out, in a form that is neither Spark's nor ours.

A case has "stages" (as in a pipeline file), "columns" (pairs of a name and a type), "rows", and
perhaps "apply" (rows for the fitted stages; the training rows where absent). The answer holds
"outputs" and "expected" (a list per row), "kept" where rows were left out, "attributes" of the
outputs, "model" (what the last stage learned), or "error" and "errorAt".
"""

import json
import math
import os
import re

ONE_INPUT = {
    "Tokenizer", "RegexTokenizer", "NGram", "HashingTF", "CountVectorizer", "IDF", "IndexToString",
    "VectorIndexer", "VectorSizeHint", "VectorSlicer", "StandardScaler", "MinMaxScaler", "MaxAbsScaler",
    "RobustScaler", "Normalizer", "PCA", "PolynomialExpansion", "ElementwiseProduct", "DCT",
    "BucketedRandomProjectionLSH", "MinHashLSH",
}
SELECTORS = {"UnivariateFeatureSelector", "VarianceThresholdSelector", "ChiSqSelector"}
MANY_TO_ONE = {"VectorAssembler", "FeatureHasher", "Interaction"}
SPELLED = {
    "hashing-tf": "HashingTF", "idf": "IDF", "ngram": "NGram", "dct": "DCT", "pca": "PCA",
    "r-formula": "RFormula", "min-hash-lsh": "MinHashLSH",
    "bucketed-random-projection-lsh": "BucketedRandomProjectionLSH",
}


def class_name(stage):
    return SPELLED.get(stage) or "".join(word.capitalize() for word in stage.split("-"))


def session():
    """One small Spark in this process, with nothing random and nothing to look at."""
    os.environ.setdefault("PYTHONHASHSEED", "0")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -Duser.language=en -Dfile.encoding=UTF-8",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master("local[1]").appName("differential")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def spark_type(name):
    from pyspark.ml.linalg import VectorUDT
    from pyspark.sql import types as t

    return {
        "double": t.DoubleType(), "float": t.FloatType(), "int": t.IntegerType(), "long": t.LongType(),
        "bool": t.BooleanType(), "text": t.StringType(), "date": t.DateType(),
        "texts": t.ArrayType(t.StringType()), "doubles": t.ArrayType(t.DoubleType()),
        "longs": t.ArrayType(t.LongType()), "ints": t.ArrayType(t.IntegerType()),
        "vector": VectorUDT(),
    }[name]


def number(value):
    return float(value) if isinstance(value, str) else value


def to_spark(value, kind):
    """A value as written in JSON, as Spark takes it."""
    from pyspark.ml.linalg import Vectors

    if value is None:
        return None
    if kind == "vector":
        if isinstance(value, dict):
            return Vectors.sparse(value["width"], value["indices"], [float(x) for x in value["values"]])
        return Vectors.dense([float(x) for x in value])
    if kind in ("double", "float"):
        return float(value)
    if kind == "doubles":
        return [None if x is None else float(x) for x in value]
    if kind == "date":
        import datetime

        return datetime.date.fromisoformat(value)
    return value


def neutral(value):
    """A value of Spark's as it is written in JSON."""
    from pyspark.ml.linalg import DenseMatrix, DenseVector, SparseVector

    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, SparseVector):
        return {
            "width": int(value.size),
            "indices": [int(i) for i in value.indices],
            "values": [neutral(float(x)) for x in value.values],
        }
    if isinstance(value, DenseVector):
        return [neutral(float(x)) for x in value.values]
    if isinstance(value, DenseMatrix):
        return [[neutral(float(x)) for x in row] for row in value.toArray()]
    if isinstance(value, dict):
        return {str(k): neutral(v) for k, v in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [neutral(x) for x in value]
    if hasattr(value, "item"):
        return neutral(value.item())
    return str(value)


def make(settings):
    """Spark's own stage for ours: the same names, but for those of the columns."""
    import pyspark.ml.feature as feature

    name = class_name(settings["stage"])
    stage = getattr(feature, name)()
    params = {k: v for k, v in settings.items() if k != "stage"}
    inputs, outputs = params.pop("inputs", None), params.pop("outputs", None)
    label = params.pop("label", None)
    if label is not None:
        params["labelCol"] = label
    if name == "RFormula":
        if outputs:
            params["featuresCol"] = outputs[0]
    elif name in SELECTORS:
        params["featuresCol"], params["outputCol"] = inputs[0], outputs[0]
    elif name in MANY_TO_ONE:
        params["inputCols"], params["outputCol"] = inputs, outputs[0]
    elif name in ONE_INPUT or len(inputs) == 1:
        params["inputCol"] = inputs[0]
        if name != "VectorSizeHint":
            params["outputCol"] = outputs[0]
    else:
        params["inputCols"], params["outputCols"] = inputs, outputs
    for param, value in params.items():
        if param in ("splits", "labels", "thresholds", "stopWords"):
            value = [number(x) for x in value] if param != "labels" and param != "stopWords" else value
        elif param == "splitsArray":
            value = [[number(x) for x in each] for each in value]
        elif param in ("missingValue", "threshold", "max", "min", "p"):
            value = number(value)
        elif param == "scalingVec":
            value = to_spark(value, "vector")
        stage._set(**{param: value})
    return stage


LEARNED = {
    "StandardScalerModel": ["mean", "std"], "MinMaxScalerModel": ["originalMin", "originalMax"],
    "MaxAbsScalerModel": ["maxAbs"], "RobustScalerModel": ["median", "range"],
    "StringIndexerModel": ["labelsArray"], "OneHotEncoderModel": ["categorySizes"],
    "VectorIndexerModel": ["numFeatures", "categoryMaps"], "IDFModel": ["idf", "docFreq", "numDocs"],
    "CountVectorizerModel": ["vocabulary"], "PCAModel": ["pc", "explainedVariance"],
    "UnivariateFeatureSelectorModel": ["selectedFeatures"], "ChiSqSelectorModel": ["selectedFeatures"],
    "VarianceThresholdSelectorModel": ["selectedFeatures"],
}


def learned(model, settings):
    name = type(model).__name__
    if name == "ImputerModel":
        row = model.surrogateDF.collect()[0]
        return {"surrogates": [neutral(row[column]) for column in settings["inputs"]]}
    if name == "Bucketizer" and settings["stage"] == "quantile-discretizer":
        many = len(settings["inputs"]) > 1
        return {"splits": neutral(model.getSplitsArray() if many else model.getSplits())}
    if name == "MinHashLSHModel":
        pairs = model._java_obj.randCoefficients()
        return {"coefficients": [[int(p._1()), int(p._2())] for p in pairs]}
    if name == "BucketedRandomProjectionLSHModel":
        return {"directions": [[float(x) for x in v.toArray()] for v in model._java_obj.randUnitVectors()]}
    if name == "TargetEncoderModel":
        tables = model._java_obj.stats()
        found = []
        for table in tables:
            pairs = {}
            walk = table.iterator()
            while walk.hasNext():
                pair = walk.next()
                pairs[float(pair._1())] = [float(pair._2()._1()), float(pair._2()._2())]
            found.append([[neutral(key), *neutral(value)] for key, value in sorted(pairs.items())])
        return {"statistics": found}
    return {each: neutral(getattr(model, each)) for each in LEARNED.get(name, [])}


TESTS = {
    ("categorical", "categorical"): "ChiSquareTest", ("continuous", "categorical"): "ANOVATest",
    ("continuous", "continuous"): "FValueTest",
}


def tested(data, settings):
    """The numbers by which a selector of single features chooses."""
    from pyspark.sql import DataFrame

    # Python has only one of the three.
    library = data.sparkSession._jvm.org.apache.spark.ml.stat
    test = getattr(library, TESTS[settings["featureType"], settings["labelType"]])
    row = DataFrame(test.test(data._jdf, settings["inputs"][0], settings["label"]), data.sparkSession).collect()[0]
    return {name: neutral(row[name]) for name in row.asDict()}


def looked_up(model, data, case):
    """Whom a model of likeness finds near, as pairs or triples of row numbers and distances."""
    found = {}
    if "near" in case:
        key = to_spark(case["near"]["key"], "vector")
        rows = model.approxNearestNeighbors(data, key, case["near"]["count"]).collect()
        found["nearest"] = [[row["row number"], neutral(row["distCol"])] for row in rows]
    if "within" in case:
        rows = model.approxSimilarityJoin(data, data, number(case["within"])).collect()
        pairs = [[row["datasetA"]["row number"], row["datasetB"]["row number"], neutral(row["distCol"])] for row in rows]
        found["pairs"] = sorted(pairs, key=lambda pair: pair[:2])
    return found


def attributes(field):
    """What Spark says of a column's values: their kinds, names and labels."""
    about = (field.metadata or {}).get("ml_attr")
    if not about:
        return None
    if "attrs" not in about:
        return {k: about[k] for k in ("type", "name", "vals", "num_attrs") if k in about} or None
    rows = sorted((a["idx"], kind, a) for kind, listed in about["attrs"].items() for a in listed)
    if not rows:
        return None
    found = {"kinds": [kind for _, kind, _ in rows]}
    if all("name" in a for *_, a in rows):
        found["names"] = [a["name"] for *_, a in rows]
    return found


def complaint(error):
    """The innermost cause, in one line."""
    text = str(error)
    causes = re.findall(r"Caused by: (.*)", text)
    lines = [line for line in text.strip().splitlines() if "An error occurred while calling" not in line]
    line = causes[-1] if causes else lines[0] if lines else type(error).__name__
    line = re.sub(r"^: ?|[Rr]equirement failed: |assertion failed: |_[0-9a-f]{12}\b", "", line)
    return re.sub(r"\s+", " ", re.sub(r"^(java|org|scala)[\w.]*\.", "", line))[:240]


def run(spark, case):
    """What Spark makes of a case."""
    from pyspark.sql.types import LongType, StructField, StructType

    kinds = [kind for _, kind in case["columns"]]
    schema = StructType(
        [StructField("row number", LongType(), False)]
        + [StructField(name, spark_type(kind)) for name, kind in case["columns"]]
    )

    def table(rows):
        return spark.createDataFrame(
            [(place, *map(to_spark, row, kinds)) for place, row in enumerate(rows)], schema
        )

    at = "fit"
    try:
        data = table(case["rows"])
        applied = table(case["apply"]) if "apply" in case else data
        rows = len(case.get("apply", case["rows"]))
        stages, model, last = case["stages"], None, None
        names = []
        for settings in stages:
            at = "fit"
            stage = make(settings)
            model = stage.fit(data) if hasattr(stage, "fit") else stage
            at = "transform"
            last = settings
            if settings is not stages[-1]:
                data = model.transform(data)
            applied = model.transform(applied)
        if last["stage"] == "r-formula":
            names = [last.get("outputs", ["features"])[0], last.get("label", "label")]
            names = [name for name in names if name in applied.columns]
        else:
            names = last.get("outputs") or last["inputs"]
        found = applied.select("row number", *names).collect()
        answer = {"outputs": names, "expected": [[neutral(row[n]) for n in names] for row in found]}
        kept = [row["row number"] for row in found]
        if kept != list(range(rows)):
            answer["kept"] = kept
        about = {n: attributes(applied.schema[n]) for n in names}
        if any(about.values()):
            answer["attributes"] = {n: a for n, a in about.items() if a}
        at = "model"
        facts = learned(model, last)
        if last["stage"] == "univariate-feature-selector":
            facts |= tested(data, last)
        if facts:
            answer["model"] = facts
        if last["stage"].endswith("-lsh"):
            # Spark's own interpreter cannot do this one.
            spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK")
            answer |= looked_up(model, applied, case)
            spark.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        return answer
    except Exception as error:  # whatever Spark throws is its answer
        if at == "model":
            raise
        return {"error": complaint(error), "errorAt": at}


def as_line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
